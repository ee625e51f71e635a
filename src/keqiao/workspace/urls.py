from django.urls import path

from keqiao.workspace.views import complaints, home, manager, portal, rules, service_archive, share, starting

urlpatterns = [
    path("", home.home, name="home"),
    path("manager/", manager.manager, name="manager"),
    path("manager/complaints/", complaints.analysis, name="complaint-analysis"),
    path("manager/days/", manager.days, name="manager-days"),
    path("share-out/", share.share_out, name="share-out"),
    path("settings/", rules.settings_hub, name="settings"),
    path("start/", starting.starting, name="starting"),
    path("start/positions/", starting.positions, name="starting-positions"),
    path("customers/<int:pk>/matters/", home.matters, name="customer-matters"),
    path("customers/<int:pk>/service-archive/", service_archive.page, name="service-archive"),
    path("customers/<int:pk>/service-archive/<slug:kind>/", service_archive.file, name="service-archive-file"),
    path("p/", portal.status, name="portal"),
    path("p/complain/", portal.complain, name="portal-complain"),
    path("p/complain/done/", portal.receipt, name="portal-receipt"),
    path("p/ticket/", portal.ticket, name="portal-ticket"),
    path("p/ticket/supplement/", portal.supplement, name="portal-supplement"),
    path("p/ticket/answer/", portal.answer, name="portal-answer"),
    path("p/ticket/urge/", portal.urge, name="portal-urge"),
    path("p/leave/", portal.quit_portal, name="portal-leave"),
]
