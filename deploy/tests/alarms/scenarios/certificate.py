"""The certificate, as ACM measures it."""

from scene import CERTIFICATE, DAYS
from scenarios.registry import fires, spares


@fires("certificate-expiry")
def the_certificate_has_29_days_left(scene):
    scene.measure("AWS/CertificateManager", "DaysToExpiry", {"CertificateArn": CERTIFICATE}, 29, DAYS)


@fires("certificate-expiry")
def the_certificate_has_expired_and_acm_says_nothing(scene):
    scene.measure("AWS/CertificateManager", "DaysToExpiry", {"CertificateArn": CERTIFICATE}, None, DAYS)


@spares("certificate-expiry")
def the_certificate_has_30_days_left(scene):
    scene.measure("AWS/CertificateManager", "DaysToExpiry", {"CertificateArn": CERTIFICATE}, 30, DAYS)
