"""What the class's own file asks for: due dates, grace, extra time, exercises that do not count."""
