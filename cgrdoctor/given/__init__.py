"""What a ticket holds in place of what this run could ask for: settings of repositories, `docker info`."""
