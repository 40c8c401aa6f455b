"""What stands in the menus. Adding a command is adding it here; its palette entry and shortcut follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from aestudio.library.presets import load_preset, preset_names
from aestudio.qt.commands import Commands
from aestudio.qt.pages.train import CHARTS
from aestudio.spec.faults import UserError

if TYPE_CHECKING:
    from aestudio.qt.window import Window

_KEYS = QKeySequence.StandardKey
_FILE, _EDIT, _RUN, _RUNS, _VIEW, _HELP = "&File", "&Edit", "&Run", "R&uns", "&View", "&Help"
_LATENT, _PICTURES = "&Latent", "&Pictures"
DATA = f"{_FILE}/Built-in &Data"
RECENT = f"{_FILE}/&Recent Data"


def fill(commands: Commands, window: Window) -> None:
    """Give every action of the window its place."""
    _fill_file(commands, window)
    _fill_edit(commands, window)
    _fill_run(commands, window)
    commands.menu(_LATENT)
    commands.menu(_RUNS)
    commands.menu(_PICTURES)
    _fill_view(commands, window)
    _fill_help(commands, window)


def _fill_file(commands: Commands, window: Window) -> None:
    files = window.files
    commands.add(
        _FILE,
        "&Open Data…",
        files.open_data_file,
        shortcut="Ctrl+O",
        glyph="folder",
        tip="Train on a zip of images, a CSV or NPY of vectors, or IDX files; dropping them works too",
    )
    commands.add(
        _FILE,
        "Open Data &Folder…",
        files.open_data_folder,
        shortcut="Ctrl+Shift+O",
        tip="Train on a folder of images, a class per sub-folder where there are any, or of IDX files",
    )
    commands.menu(DATA)
    commands.menu(RECENT)
    commands.add(
        _FILE,
        "Data &Card",
        window.show_data_card,
        shortcut="Ctrl+I",
        glyph="info",
        tip="Count, shape, classes, split, mean image and samples of the open data",
    )
    commands.separate(_FILE)
    for name in preset_names():
        _add_preset(commands, window, name)
    commands.add(
        _FILE,
        "Open Preset or Run (&TOML)…",
        files.open_spec,
        shortcut="Ctrl+Shift+T",
        tip="Open a run that was saved as TOML, or written by hand",
    )
    commands.separate(_FILE)
    commands.add(
        _FILE,
        "&Save a Copy of the Run…",
        files.save_run,
        shortcut=_KEYS.Save,
        glyph="save",
        tip="Copy the last run to a folder of your choice; in the workspace it is kept by itself",
    )
    commands.add(
        _FILE,
        "Save Spec &as TOML…",
        files.save_spec,
        shortcut="Ctrl+Shift+S",
        tip="Write what the builder shows as a file that the command line trains, too",
    )
    commands.add(
        _FILE,
        "Copy as Co&mmand",
        files.copy_command,
        glyph="command",
        tip="Put the command on the clipboard that trains this run without a window",
    )
    commands.separate(_FILE)
    commands.add(_FILE, "&Quit", window.close, shortcut="Ctrl+Q", tip="Stop what is running and close")


def _add_preset(commands: Commands, window: Window, name: str) -> None:
    try:
        lesson = load_preset(name).lesson
    except UserError:
        return  # the builder's list of presets says what is wrong with the file
    action = commands.add(f"{_FILE}/&Presets", lesson.title or name, window.open_preset, tip=lesson.shows)
    action.setData(name)


def _fill_edit(commands: Commands, window: Window) -> None:
    commands.adopt(_EDIT, window.page.builder.actions())


def _fill_run(commands: Commands, window: Window) -> None:
    session = window.session
    commands.add(
        _RUN,
        "&Train, Pause or Resume",
        session.train_or_pause,
        shortcut="F5",
        glyph="play",
        tip="Begin training; while it runs, pause or go on (Space does the same)",
    )
    window.step = commands.add(
        _RUN, "&Step", session.step, shortcut="F6", glyph="step", tip="Train one batch, then pause (F6)"
    )
    window.stop = commands.add(
        _RUN,
        "St&op",
        session.stop,
        shortcut="Shift+F5",
        glyph="stop",
        tip="End the run; its best weights are kept and measured (Shift+F5)",
    )
    commands.add(
        _RUN,
        "Start &Over",
        session.restart,
        shortcut="Ctrl+F5",
        glyph="reset",
        tip="Give up the present run and begin anew with what the builder shows",
    )
    commands.add(
        _RUN,
        "&Race…",
        window.races.ask,
        shortcut="Ctrl+Shift+R",
        glyph="compare",
        tip="Train two to six variants in lockstep on the same batches (Ctrl+Shift+R)",
    )
    window.figures = commands.add(
        _RUN,
        "&Figures",
        window.show_figures,
        shortcut="Ctrl+E",
        glyph="chart",
        tip="What the last run came to on the test images, and how that was measured (Ctrl+E)",
    )
    commands.separate(_RUN)
    commands.add(
        _RUN,
        "&Cancel Loading",
        session.cancel_loading,
        tip="Stop opening data; what was open before stays",
    )


def fill_charts(commands: Commands, window: Window) -> None:
    """What can be done with each view of the Train page, once all are there."""
    for view in window.page.views:
        entries = [action for menu in view.findChildren(QMenu) for action in menu.actions()]
        commands.adopt(f"{_VIEW}/{view.title}", entries)


def fill_runs(commands: Commands, actions: Sequence[QAction]) -> None:
    """What can be done on the Runs page, once it is there."""
    commands.adopt(_RUNS, actions)


def fill_latent(commands: Commands, actions: Sequence[QAction]) -> None:
    """What can be done on the Latent page, once it is there."""
    commands.adopt(_LATENT, actions)


def fill_pictures(commands: Commands, actions: Sequence[QAction]) -> None:
    """What can be done on the Pictures page, once it is there."""
    commands.adopt(_PICTURES, actions)


def _fill_pages(commands: Commands, window: Window) -> None:
    pages = (
        ("&Train", window.chapters.train, "Build, train and watch"),
        ("&Compare", window.chapters.compare, "Runs side by side, and races"),
        ("&Latent", window.chapters.latent, "Walk through a run's latent space, draw new images"),
        ("&Runs", window.chapters.runs, "Everything that was trained: go on with it, compare it"),
        ("&Pictures", window.chapters.pictures, "Denoise and compress your own pictures"),
    )
    for number, (name, place, tip) in enumerate(pages, start=1):
        action = commands.add(f"{_VIEW}/&Page", name, window.turn_page, shortcut=f"Ctrl+{number}", tip=tip)
        action.setData(str(place))


def _fill_view(commands: Commands, window: Window) -> None:
    _fill_pages(commands, window)
    path = f"{_VIEW}/&Theme"
    modes = {
        "system": commands.add(path, "&System", window.use_system_theme, tip="As the system has it"),
        "light": commands.add(path, "&Light", window.use_light_theme, tip="Dark on light"),
        "dark": commands.add(path, "&Dark", window.use_dark_theme, tip="Light on dark"),
    }
    commands.choice(modes.values())
    modes[window.settings.theme].setChecked(True)
    for title in (window.page.reconstructions.title, *CHARTS):
        commands.menu(f"{_VIEW}/{title}")
    commands.separate(_VIEW)
    commands.add(
        _VIEW,
        "Reset &Layout",
        window.reset_layout,
        tip="Share the room between builder and views as at the first start",
    )
    commands.add(
        _VIEW,
        "F&ull Screen",
        window.toggle_full_screen,
        shortcut="F11",
        tip="Use the whole screen, or come back from it",
    )


def _fill_help(commands: Commands, window: Window) -> None:
    commands.add(
        _HELP,
        "&Command Palette…",
        window.help.show_palette,
        shortcut="Ctrl+Shift+P",
        glyph="search",
        tip="Find anything that the window can do by a few letters",
    )
    commands.add(
        _HELP, "&Keyboard Shortcuts", window.help.show_shortcuts, shortcut="Ctrl+/", tip="Every key there is"
    )
    commands.separate(_HELP)
    commands.add(
        _HELP,
        "Copy &Diagnostics",
        window.help.copy_diagnostics,
        glyph="copy",
        tip="Versions, device and the end of the log, for a report of a fault",
    )
    commands.add(_HELP, "&About AE Studio", window.help.show_about, glyph="help", tip="Version and licence")


def fill_data(commands: Commands, window: Window) -> None:
    """List the data known by name; which of them are here takes a look at the disk."""
    from aestudio.data.door import sources

    for offer in sources():
        if offer.by_name and offer.here:
            commands.add(DATA, offer.label, window.open_known_data, tip=offer.help).setData(offer.kind)
        elif offer.download_mb:
            text = f"{offer.label} (download {offer.download_mb} MB)"
            commands.add(DATA, text, window.download_data, tip=offer.help).setData(offer.kind)


def fill_recent(commands: Commands, window: Window) -> None:
    """List the files and folders opened lately."""
    commands.withdraw(commands.menu(RECENT).actions())
    for path in window.settings.recent:
        commands.add(RECENT, path.replace("&", "&&"), window.open_known_data, tip=path).setData(path)
    commands.menu(RECENT).setEnabled(bool(window.settings.recent))
