"""The addresses of this app's resources under /api/v1/."""

from hospital.kit.api.routers import Router

from .patients import PatientViewSet

router = Router()
router.add("patients", PatientViewSet)

urlpatterns = router.urls
