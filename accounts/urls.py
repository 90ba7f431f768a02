from django.urls import path, include

urlpatterns = [path("", include("allauth.account.urls"))]
