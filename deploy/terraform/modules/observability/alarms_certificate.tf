locals {
  # ACM renews 45 days before the end or earlier, and says once a day how many are left. Of one that has expired it says nothing.
  certificate_alarms = var.certificate_arn == null ? {} : {
    certificate-expiry = {
      summary = "The certificate expires in less than 30 days: AWS has not renewed it."
      metric = {
        namespace  = "AWS/CertificateManager"
        name       = "DaysToExpiry"
        dimensions = { CertificateArn = var.certificate_arn }
        stat       = "Minimum"
      }
      under  = 30
      period = 86400, periods = 1, points = 1, missing = "breaching"
    }
  }
}
