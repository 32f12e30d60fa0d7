from django.urls import path

from regain.billing.views import accounts, claims, files, payments, printing, replacing

app_name = "billing"
urlpatterns = [
    path("", claims.worklist, name="worklist"),
    path("visit/<uuid:pk>/draft", claims.draft, name="draft"),
    path("claim/<uuid:pk>", claims.claim, name="claim"),
    path("draft", claims.draft_all, name="draft_all"),
    path("fees", claims.fees, name="fees"),
    path("fees/new", claims.add_fee, name="add_fee"),
    path("line/<uuid:pk>/modifiers", claims.modifiers, name="modifiers"),
    path("claim/<uuid:pk>/file", replacing.file, name="claim_file"),
    path("claim/<uuid:pk>/replace", replacing.replace, name="replace"),
    path("claim/<uuid:pk>/sheet", printing.sheet, name="sheet"),
    path("claim/<uuid:pk>/superbill", printing.superbill, name="superbill"),
    path("files", files.index, name="files"),
    path("files/sender", files.sender, name="sender"),
    path("files/answer", files.answer, name="answer"),
    path("files/sent/<uuid:pk>", files.sent, name="sent"),
    path("files/sent/<uuid:pk>/download", files.download, name="download"),
    path("files/came/<uuid:pk>", files.came, name="came"),
    path("payments", payments.index, name="payments"),
    path("payments/<uuid:pk>", payments.payment, name="payment"),
    path("payments/unmatched/<uuid:pk>", payments.match, name="match"),
    path("payments/answer/<uuid:pk>/letter", payments.letter, name="letter"),
    path("accounts", accounts.index, name="accounts"),
    path("accounts/<uuid:pk>", accounts.account, name="account"),
    path("accounts/<uuid:pk>/statement", printing.statement, name="statement"),
    path("accounts/entry/<uuid:pk>/back", accounts.take_back, name="take_back"),
]
