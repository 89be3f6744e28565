"""The database, as RDS measures it."""

from scene import DATABASE, GIB
from scenarios.registry import fires, lately, spares


@fires("database-storage")
def less_than_a_fifth_of_the_disk_is_free(scene):
    scene.measure("AWS/RDS", "FreeStorageSpace", DATABASE, lately(15, 3.9 * GIB, 15 * GIB))


@spares("database-storage")
def a_fifth_of_the_disk_is_free(scene):
    scene.measure("AWS/RDS", "FreeStorageSpace", DATABASE, 4 * GIB)


@spares("database-storage")
def a_large_sort_needs_the_disk_for_ten_minutes(scene):
    scene.measure("AWS/RDS", "FreeStorageSpace", DATABASE, lately(10, GIB, 15 * GIB))


@fires("database-connections")
def somebody_beside_the_pods_holds_connections(scene):
    scene.measure("AWS/RDS", "DatabaseConnections", DATABASE, lately(3, 55, 18))


@spares("database-connections")
def all_pods_that_there_may_be_use_all_their_connections(scene):
    scene.measure("AWS/RDS", "DatabaseConnections", DATABASE, 54)


@spares("database-connections")
def a_roll_out_holds_more_connections_for_two_minutes(scene):
    scene.measure("AWS/RDS", "DatabaseConnections", DATABASE, lately(2, 59, 18))


@fires("database-cpu-credits")
def the_database_has_used_up_its_credits(scene):
    scene.measure("AWS/RDS", "CPUCreditBalance", DATABASE, lately(15, 27, 250))


@spares("database-cpu-credits")
def the_database_has_a_tenth_of_its_credits(scene):
    scene.measure("AWS/RDS", "CPUCreditBalance", DATABASE, 28)


@spares("database-cpu-credits")
def the_credits_dip_for_ten_minutes(scene):
    scene.measure("AWS/RDS", "CPUCreditBalance", DATABASE, lately(10, 20, 250))
