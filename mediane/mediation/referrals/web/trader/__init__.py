"""The trader's portal: its cases from the notification on; entry, messages, pieces, answer to the proposal, execution."""
