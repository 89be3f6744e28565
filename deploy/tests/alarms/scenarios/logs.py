"""Failures, as the metric filters find them in logs."""

from scene import access, logged, with_pod
from scenarios.registry import fires, lately, spares


@fires("frontend-error-rate")
def nginx_answers_six_of_a_hundred_with_502(scene):
    scene.logs["frontend"] = [(access(200), 94), (access(502), lately(5, 6, 0))]


@fires("frontend-error-rate")
def nginx_answers_504_and_fluent_bit_wraps_the_lines(scene):
    scene.logs["frontend"] = [(with_pod(access(200)), 94), (with_pod(access(504)), 6)]


@spares("frontend-error-rate")
def nginx_answers_five_of_a_hundred_with_500(scene):
    scene.logs["frontend"] = [(access(200), 95), (access(500), 5)]


@spares("frontend-error-rate")
def everybody_is_told_not_found(scene):
    scene.logs["frontend"] = [(access(404), 100), (access(499), 10)]


@spares("frontend-error-rate")
def nginx_answers_three_requests_all_with_502(scene):
    scene.logs["frontend"] = [(access(502), lately(3, 1, 0))]


for group in ("backend", "app"):

    @fires(f"error-lines-{group}")
    def eleven_errors_in_five_minutes(scene, group=group):
        scene.log(group, (logged("ERROR"), lambda ago: {1: 5, 3: 6}.get(ago, 0)))

    @fires(f"error-lines-{group}")
    def eleven_errors_and_fluent_bit_wraps_the_lines(scene, group=group):
        scene.log(group, (with_pod(logged("ERROR")), lately(1, 11, 0)))

    @spares(f"error-lines-{group}")
    def ten_errors_in_five_minutes(scene, group=group):
        scene.log(group, (logged("ERROR"), lately(5, 2, 0)))

    @spares(f"error-lines-{group}")
    def many_warnings_some_that_speak_of_errors(scene, group=group):
        scene.log(group, (logged("WARN").replace("message\":\"", "message\":\"level ERROR "), 100), (with_pod(logged("WARN")), 100))
