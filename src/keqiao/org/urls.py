from django.urls import path

from keqiao.org import structure, views
from keqiao.org.factors.views import factor_page
from keqiao.org.invitations import views as invitations
from keqiao.org.recovery import views as recovery
from keqiao.org.sso import views as sso

urlpatterns = [
    path("login/", views.login_page, name="login"),
    path("login/code/", views.code_page, name="login-code"),
    path("login/reset/", recovery.ask_page, name="reset-ask"),
    path("login/reset/<str:token>/", recovery.set_page, name="reset-set"),
    path("login/join/<str:token>/", invitations.join_page, name="join"),
    path("login/sso/", sso.go, name="sso"),
    path("login/sso/back/", sso.back, name="sso-back"),
    path("logout/", views.logout_page, name="logout"),
    path("me/", recovery.me_page, name="me"),
    path("me/confirm/<str:token>/", recovery.confirm_page, name="contact-confirm"),
    path("me/password/", views.password_page, name="password"),
    path("me/factor/", factor_page, name="factor"),
    path("me/sessions/", views.sessions_page, name="sessions"),
    path("me/tokens/", views.tokens_page, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", views.revoke_token, name="token-revoke"),
    path("me/logins/", sso.logins_page, name="logins"),
    path("invitations/<int:pk>/link/", invitations.link_page, name="invitation-link"),
    path("privacy/sight/", views.sight_page, name="sight"),
    path("organisation/", structure.tree_page, name="org-tree"),
    path("powers/", structure.powers_page, name="powers"),
    path("powers/<str:code>/", structure.power_page, name="power"),
    path("health/", views.health, name="health"),
]
