"""Who says nothing."""

from scenarios.registry import fires, lately, spares


@fires("metrics-missing")
def the_workers_say_nothing(scene):
    scene.say("sqs-worker", EffectsDone=lately(10, None, 60))


@fires("metrics-missing-backend")
def the_backends_say_nothing(scene):
    scene.say("backend", Requests=lately(10, None, 40))


@fires("metrics-missing-totals")
def nobody_counts_dead_letters(scene):
    scene.say("totals", OpenDeadLetters=lately(10, None, 0))


@spares("metrics-missing", "metrics-missing-backend", "metrics-missing-totals")
def all_are_restarted_and_say_nothing_for_four_minutes(scene):
    scene.say("sqs-worker", EffectsDone=lately(4, None, 60))
    scene.say("backend", Requests=lately(4, None, 40))
    scene.say("totals", OpenDeadLetters=lately(4, None, 0))


@spares("metrics-missing", "metrics-missing-backend")
def there_is_nothing_to_do(scene):
    scene.say("sqs-worker", EffectsDone=0, EffectsFailed=0)
    scene.say("backend", Requests=0)


@spares("metrics-missing-backend")
def one_backend_of_two_says_nothing(scene):
    scene.said["backend"].pop()


@spares("metrics-missing", "metrics-missing-totals")
def there_are_three_workers_and_two_count_while_one_takes_over(scene):
    scene.said["sqs-worker"] *= 3
    scene.said["totals"] *= 2
