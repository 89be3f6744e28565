"""From the outbox through the queue to the desk."""

from scene import DEAD_LETTER_QUEUE, QUEUE
from scenarios.registry import fires, lately, spares


@fires("open-dead-letters")
def one_dead_letter_is_open(scene):
    scene.say("totals", OpenDeadLetters=lately(1, 1, 0))


@spares("open-dead-letters")
def the_last_dead_letter_was_decided_on(scene):
    scene.say("totals", OpenDeadLetters=lately(1, 0, 3))


@fires("oldest-message")
def a_message_waits_for_more_than_five_minutes(scene):
    scene.measure("AWS/SQS", "ApproximateAgeOfOldestMessage", QUEUE, lately(3, 301, 2))


@spares("oldest-message")
def a_message_waits_for_five_minutes(scene):
    scene.measure("AWS/SQS", "ApproximateAgeOfOldestMessage", QUEUE, 300)


@spares("oldest-message")
def a_message_is_late_and_then_done(scene):
    scene.measure("AWS/SQS", "ApproximateAgeOfOldestMessage", QUEUE, lambda ago: 600 if ago in (3, 4) else 2)


@spares("oldest-message", "dlq-not-drained")
def the_queues_are_empty_and_sqs_says_nothing(scene):
    scene.measure("AWS/SQS", "ApproximateAgeOfOldestMessage", QUEUE, None)
    scene.measure("AWS/SQS", "ApproximateNumberOfMessagesVisible", DEAD_LETTER_QUEUE, None)


@fires("dlq-not-drained")
def a_message_lies_in_the_dead_letter_queue(scene):
    scene.measure("AWS/SQS", "ApproximateNumberOfMessagesVisible", DEAD_LETTER_QUEUE, lately(15, 1, 0))


@spares("dlq-not-drained")
def a_message_is_brought_to_the_desk_within_ten_minutes(scene):
    scene.measure("AWS/SQS", "ApproximateNumberOfMessagesVisible", DEAD_LETTER_QUEUE, lately(10, 4, 0))


@spares("dlq-not-drained")
def the_queue_itself_is_full(scene):
    scene.measure("AWS/SQS", "ApproximateNumberOfMessagesVisible", QUEUE, 5000)


@fires("outbox-lag")
def an_event_is_not_sent_for_more_than_a_minute(scene):
    scene.say("totals", OutboxLag=lately(3, 61, 0.3))


@spares("outbox-lag")
def an_event_is_not_sent_for_a_minute(scene):
    scene.say("totals", OutboxLag=60)


@spares("outbox-lag")
def sqs_was_away_for_two_minutes(scene):
    scene.say("totals", OutboxLag=lambda ago: 120 if ago in (2, 3) else 0.3)
