"""`PUT /api/declarations/{id}`: 201 for a new one, 200 for the same again, else 409."""

from rest_framework import serializers
from rest_framework.authentication import TokenAuthentication
from rest_framework.response import Response
from rest_framework.views import APIView
from tracker.models import Declaration


class Gift(serializers.Serializer):
    item = serializers.CharField(max_length=4000)
    worth = serializers.RegexField(r"^[0-9]{1,7}(\.[0-9]{1,2})?$", allow_null=True)
    token = serializers.BooleanField()
    form = serializers.ChoiceField(["goods", "cash", "voucher", "hospitality", "bequest"])
    giver = serializers.ChoiceField(["service_user", "relative_or_carer", "other"])
    offer = serializers.ChoiceField(["received", "declined"])
    without_warning = serializers.BooleanField()
    whereabouts = serializers.ChoiceField(["with_me", "at_service", "given_back", "with_giver"])


class DeclarationSerializer(serializers.ModelSerializer):
    kind = serializers.ChoiceField(["gift"])
    service_user = serializers.RegexField(r"^[A-Za-z0-9/.\-]{1,40}$")
    details = Gift()

    class Meta:
        model = Declaration
        fields = (
            "id",
            "kind",
            "worker",
            "happened_on",
            "captured_at",
            "received_at",
            "service_user",
            "details",
            "late_reason",
            "status",
        )
        read_only_fields = ("id", "worker", "received_at", "status")

    def create(self, validated):
        return Declaration.objects.create(**validated)


class BearerAuthentication(TokenAuthentication):
    keyword = "Bearer"


class DeclarationView(APIView):
    authentication_classes = (BearerAuthentication,)

    def put(self, request, chosen):
        serializer = DeclarationSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        known = Declaration.objects.filter(pk=chosen).first()
        if known is None:
            serializer.save(id=chosen, worker=request.user)
            return Response(serializer.data, 201)
        said = serializer.validated_data
        same = all(getattr(known, field) == value for field, value in said.items())
        return Response(DeclarationSerializer(known).data, 200 if same else 409)
