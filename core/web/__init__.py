"""Requests, answers and addresses, of readers to us and of ours to other servers."""
