"""The private names of gunicorn that `config.worker` uses: an upgrade that moves one fails here."""

import inspect

import pytest
from gunicorn.asgi.protocol import ASGIProtocol
from gunicorn.workers import gasgi

from config.worker import Connection, Worker


@pytest.mark.parametrize(
    ("owner", "name", "parameters"),
    [
        (ASGIProtocol, "_check_h1c_protocol_available", []),
        (ASGIProtocol, "_send_error_response", ["self", "status", "message", "extra_headers"]),
        (ASGIProtocol, "_close_transport", ["self"]),
        (ASGIProtocol, "_keepalive_timeout", ["self"]),
        (ASGIProtocol, "connection_made", ["self", "transport"]),
        (ASGIProtocol, "connection_lost", ["self", "exc"]),
        (gasgi.ASGIWorker, "_shutdown", ["self"]),
    ],
)
def test_method_of_gunicorn_is_still_there(owner, name, parameters):
    assert list(inspect.signature(getattr(owner, name)).parameters) == parameters


@pytest.mark.parametrize("name", ["_keepalive_handle", "_callback_parser", "worker"])
def test_connection_still_has_an_attribute(name):
    assert name in ASGIProtocol.__init__.__code__.co_names


def test_timer_of_a_connection_is_stopped_by_the_request_it_waited_for():
    users = [
        name
        for name, function in inspect.getmembers(ASGIProtocol, inspect.isfunction)
        if {"_keepalive_handle", "cancel"} <= set(function.__code__.co_names)
    ]
    assert users, "nothing stops the timer that config.worker starts"


def test_worker_counts_its_connections_and_makes_ours():
    assert "nr_conns" in gasgi.ASGIWorker.__init__.__code__.co_names
    assert issubclass(Connection, gasgi.ASGIProtocol)
    assert issubclass(Worker, gasgi.ASGIWorker)
    # The worker looks the class up in its module, where ours takes its place.
    assert "ASGIProtocol(self)" in inspect.getsource(gasgi)
