"""Where results go: beside the original or into a folder, each in a place of its own."""

from __future__ import annotations

from pathlib import Path

from aestudio.pictures.places import Places


def test_beside_the_original_under_a_name_of_its_own() -> None:
    assert Places(None, "-denoised").place(Path("a/b.jpg"), "png") == Path("a/b-denoised.png")


def test_in_a_folder_the_name_stays() -> None:
    assert Places(Path("out"), "-denoised").place(Path("a/b.jpg"), "png") == Path("out/b.png")


def test_two_of_one_name_do_not_meet() -> None:
    places = Places(Path("out"), "")
    given = [places.place(Path(name), "png") for name in ("a/x.jpg", "b/x.png", "c/x.tif")]
    assert given == [Path("out/x.png"), Path("out/x-2.png"), Path("out/x-3.png")]


def test_the_same_pictures_in_the_same_order_get_the_same_places() -> None:
    names = [Path("a/x.jpg"), Path("b/x.jpg")]
    first, second = Places(Path("out"), ""), Places(Path("out"), "")
    assert [first.place(n, "png") for n in names] == [second.place(n, "png") for n in names]


def test_an_original_and_what_is_not_free_are_passed_over() -> None:
    places = Places(None, "", taken={Path("a/x.png")})
    given = places.place(Path("a/x.png"), "png", is_free=lambda place: place != Path("a/x-2.png"))
    assert given == Path("a/x-3.png")
    assert places.place(Path("a/x.jpg"), "png") == Path("a/x-2.png"), "it was left to others"
