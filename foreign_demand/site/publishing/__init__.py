"""What is made of a built book to be published: the newest pages, and editions that stay as they were."""
