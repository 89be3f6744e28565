"""Failures, as the program counts them."""

from scenarios.registry import fires, lately, spares


@fires("error-rate")
def six_requests_of_a_hundred_fail(scene):
    scene.say("backend", Requests=100, ServerErrors=lately(5, 6, 0))


@fires("error-rate")
def two_requests_fail_of_twenty_in_five_minutes(scene):
    scene.say("backend", Requests=2, ServerErrors=lately(1, 1, 0))


@spares("error-rate")
def five_requests_of_a_hundred_fail(scene):
    scene.say("backend", Requests=100, ServerErrors=5)


@spares("error-rate")
def all_requests_fail_but_there_are_only_ten(scene):
    scene.say("backend", Requests=1, ServerErrors=1)


@spares("error-rate")
def nobody_asks_for_anything_at_night(scene):
    scene.say("backend", Requests=0, ServerErrors=0)


@fires("effects-failing")
def a_fifth_of_all_attempts_fails_for_ten_minutes(scene):
    scene.say("sqs-worker", EffectsDone=79, EffectsFailed=lately(10, 21, 0))


@spares("effects-failing")
def one_attempt_of_five_fails(scene):
    scene.say("sqs-worker", EffectsDone=80, EffectsFailed=20)


@spares("effects-failing")
def everything_fails_for_five_minutes(scene):
    scene.say("sqs-worker", EffectsDone=0, EffectsFailed=lately(5, 50, 0))


@spares("effects-failing")
def the_only_message_of_the_night_fails(scene):
    scene.say("sqs-worker", EffectsDone=0, EffectsFailed=lately(10, 1, 0))
