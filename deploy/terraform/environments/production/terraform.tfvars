# The brief's own numbers: see the defaults in variables.tf.
environment = "production"
