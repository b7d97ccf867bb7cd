"""A visit in the engines of other makers: Firefox's, and WebKit, which is Safari's.

They are driven by WebDriver, so what Playwright's clock and routes do for Chromium is
done here by readings of this very hour, by `Date.now`, and by publishing once more.
Only the newest engines that Debian has are tried; README's oldest versions are by the
tables of what each version supports.
"""
