"""The peer of the mail benchmark: ``python mail_peer.py MAILS FILE PORT`` has django-post-office send as many.

Run by an interpreter that has it; knows nothing of this program. Prints mails a second, from a waiting queue on
until all are marked as sent. Five threads, batches of a hundred: its defaults.
"""

from __future__ import annotations

import sys
import time

MAILS, FILE, PORT = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
LINE = "Zaloguj się przez mojeID albo aplikację banku.\n"


def main() -> float:
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        SECRET_KEY="bench",
        USE_TZ=True,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FILE}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "post_office"],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=PORT,
        EMAIL_BACKEND="post_office.EmailBackend",
        POST_OFFICE={"BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"}, "LOG_LEVEL": 1},
    )
    django.setup()
    call_command("migrate", verbosity=0)
    from post_office import mail
    from post_office.models import STATUS, Email, EmailTemplate

    EmailTemplate.objects.create(
        name="news",
        subject="Przerwa {{ n }}",
        content=LINE * 58 + "{{ n }}",
        html_content=f"<p>{LINE}</p>" * 58 + "{{ n }}",
    )
    for begin in range(0, MAILS, 1000):
        mail.send_many(
            [
                {
                    "recipients": [f"p{n}@example.pl"],
                    "sender": "przerwy@example.pl",
                    "template": "news",
                    "context": {"n": n},
                    "render_on_delivery": False,
                }
                for n in range(begin, min(begin + 1000, MAILS))
            ]
        )
    begin_at = time.perf_counter()
    mail.send_queued_mail_until_done(lockfile=f"{FILE}.lock", processes=1, log_level=1)
    took = time.perf_counter() - begin_at
    assert Email.objects.filter(status=STATUS.sent).count() == MAILS
    return MAILS / took


if __name__ == "__main__":
    print(main())
