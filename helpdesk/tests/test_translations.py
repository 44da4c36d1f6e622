"""Every sentence is extracted, translated whole and compiled, and ours is the one that is shown."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.utils import translation
from django.utils.translation import gettext, ngettext, pgettext

from helpdesk.tests.wording import bare_sentences, bare_text, modules, templates
from helpdesk.translations import LANGUAGES, ROOT, catalogue, compiled, gather, untranslated

PERCENT = re.compile(r"%\(\w+\)[-0-9.]*[a-z]|%%")
GATHERED = gather()
CATALOGUES = {language: catalogue(language) for language in LANGUAGES}
# What is looked up under another name: sentences marked by gettext_noop, and the templates' own `_`.
LOOKED_UP = {
    "helpdesk/templating/words.py": ["gettext(sentence)", "gettext(sentence)"],
    "messaging/channels/whatsapp/notices.py": ["_(NOTICE_FIELDS[field])"],
}


def named(message: Message) -> str:
    return f"{message.context or ''}{message.id}"


def forms(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def placeholders(sentence: str) -> list[str]:
    braces = [f"{{{name}}}" for _, name, _, _ in string.Formatter().parse(sentence) if name is not None]
    return sorted(PERCENT.findall(sentence) + braces)


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def test_every_sentence_is_in_the_catalogue(language):
    known = {(message.context, message.id) for message in CATALOGUES[language]}

    missing = [named(message) for message in GATHERED if (message.context, message.id) not in known]

    assert missing == [], "run bin/translate"


def test_every_sentence_is_translated_and_certain(language):
    assert [named(message) for message in untranslated(CATALOGUES[language])] == []


def test_translations_fill_in_what_the_sentences_do(language):
    for message in CATALOGUES[language]:
        wanted = placeholders(forms(message.id)[-1])
        for translated in forms(message.string) if message.id else []:
            assert placeholders(translated) == wanted, named(message)


def test_plurals_have_the_forms_of_their_language(language):
    known = CATALOGUES[language]

    assert known.num_plurals == {"id": 1}[language]
    for message in known:
        if message.pluralizable:
            assert len(forms(message.string)) == known.num_plurals, named(message)


def test_sentences_end_as_their_originals_do(language):
    """A full stop, a colon or a space that is lost or added joins two sentences on the page or splits one."""
    for message in CATALOGUES[language]:
        original = forms(message.id)[0]
        for translated in forms(message.string) if message.id else []:
            assert ending(translated) == ending(original), named(message)


def ending(sentence: str) -> str:
    last = sentence[-1:]
    return last if last in ".:?!…" or last.isspace() else ""


def test_words_stay_calm(language):
    """No exclamation marks, no pleading: see how the product speaks in both languages."""
    for message in [*GATHERED, *CATALOGUES[language]]:
        for sentence in forms(message.id) + forms(message.string or "") if message.id else []:
            assert not re.search(r"!|\b(please|oops|sorry|mohon|silakan|silahkan|maaf|ups)\b", sentence, re.IGNORECASE)


def test_the_compiled_file_says_what_the_written_one_does(language):
    shipped = ROOT / "locale" / language / "LC_MESSAGES" / "django.mo"

    assert shipped.read_bytes() == compiled(CATALOGUES[language]), "run bin/translate"


def test_ours_is_shown_where_a_library_has_the_same_sentence(language):
    with translation.override(language):
        for message in CATALOGUES[language]:
            if not message.id:
                continue
            if isinstance(message.id, tuple):
                assert ngettext(*message.id, 1) == message.string[0]
            elif message.context:
                assert pgettext(message.context, message.id) == message.string
            else:
                assert gettext(message.id) == message.string


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_says_nothing_by_itself(path: Path):
    assert bare_text(path.read_text(), is_html=path.suffix == ".html") == []


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<p>{{ _('Sent') }} later</p>", ["\N{OBJECT REPLACEMENT CHARACTER} later"]),
        (
            '<a title="Open {{ x }}" data-kind="Big thing" class="btn sm">·</a>',
            ["title=Open \N{OBJECT REPLACEMENT CHARACTER}"],
        ),
        ('{% if x %}<input type="submit" value="Send">{% endif %}', ["value=Send"]),
        ("{{ chip('Resolved') }}{{ chip(_('Resolved'), 'neu sm') }}", ["Resolved"]),
        ("{% set NAMES = {'a': 'First name'} %}", ["First name"]),
        ("<kbd>Ctrl</kbd> {{ x }} 24 ↵", []),
    ],
)
def test_text_of_a_template_that_is_not_translated_is_found(template: str, said: list[str]):
    assert bare_text(template) == said


def test_code_says_nothing_to_people_by_itself():
    found = {str(path.relative_to(ROOT)): list(bare_sentences(path.read_text())) for path in modules()}

    assert {name: sentences for name, sentences in found.items() if sentences} == LOOKED_UP


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('raise RuleViolation("Not so.")', ["'Not so.'"]),
        ('raise RuleViolation(_("Not so."))', []),
        ('_(f"Hello {name}")', ["_(f'Hello {name}')"]),
        ('ngettext("a row", rows, 2)', ["ngettext('a row', rows, 2)"]),
        ('CharField(label="Phone number")', ["'Phone number'"]),
    ],
)
def test_sentences_of_code_that_cannot_be_extracted_are_found(code: str, said: list[str]):
    assert list(bare_sentences(code)) == said


def test_scripts_say_nothing_by_themselves():
    spoken = re.compile(r"""["'`][A-Z][a-z]+ [^"'`]+["'`]""")

    found = {path.name: spoken.findall(path.read_text()) for path in sorted((ROOT / "static" / "js").glob("*.js"))}

    assert {name: sentences for name, sentences in found.items() if sentences} == {}
