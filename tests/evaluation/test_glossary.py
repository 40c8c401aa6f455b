"""Every figure has a name, a unit and a sentence, and what does not apply is left out."""

from __future__ import annotations

from aestudio.evaluation.glossary import TERMS, told, value_text


def test_every_measured_figure_has_a_term() -> None:
    import torch

    from aestudio.evaluation.experiment import experiment
    from aestudio.library.presets import load_preset
    from aestudio.spec.edit import with_value
    from aestudio.training.events import Measured
    from tests.small import small_mnist

    run = with_value(load_preset("linear"), "training.epochs", 1)
    events = experiment(run, small_mnist(), device=torch.device("cpu"))
    end = next(event for event in events if isinstance(event, Measured))
    compared = {"probe_accuracy"}  # measured when a run is compared
    assert set(end.metrics) - {"preset"} == set(TERMS) - compared


def test_what_does_not_apply_is_left_out() -> None:
    rows = told({"test_mse": 0.00512, "elbo_nats": None, "parameters": 837_424, "preset": "x"})
    assert [(term.label, value) for term, value in rows] == [
        ("Test error", "0.00512"),
        ("Parameters", "837,424"),
    ]


def test_values_keep_the_digits_that_count() -> None:
    assert [value_text(v) for v in (0.0168312, 28133.4, 20, 0.0)] == ["0.01683", "28,133", "20", "0"]
