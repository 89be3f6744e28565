"the script"
