"""What each OpenAPI version allows where, as rows: the source of the checker, of the walk and of every hint."""
