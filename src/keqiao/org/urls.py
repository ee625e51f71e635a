from django.urls import path

from keqiao.org import views

urlpatterns = [
    path("login/", views.login_page, name="login"),
    path("logout/", views.logout_page, name="logout"),
    path("me/password/", views.password_page, name="password"),
    path("me/sessions/", views.sessions_page, name="sessions"),
    path("me/tokens/", views.tokens_page, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", views.revoke_token, name="token-revoke"),
    path("privacy/sight/", views.sight_page, name="sight"),
    path("health/", views.health, name="health"),
]
