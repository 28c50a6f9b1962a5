"""The models that devices can be of, and the tracking settings of each."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from sensorium.dialects.manage.answers import json_response
from sensorium.dialects.manage.dictionaries import encode, shapes
from sensorium.model.errors import NotFound
from sensorium.plans.tracking import models, profiles


@dataclass(frozen=True, slots=True)
class Models:
    """The operations on models; they need no caller and no store."""

    async def show_all(self, request: Request) -> Response:  # noqa: ARG002
        """GET /models: each with its profile of tracking settings."""
        items = tuple(shapes.TrackedModel(name, profile) for name, profile in models().items())
        return json_response(shapes.TrackedModels(items))

    async def show_profile(self, request: Request) -> Response:
        """GET /tracking-profiles/{name}: its settings."""
        found = profiles().get(request.path_params["name"])
        if found is None:
            raise NotFound("There is no such profile.", "name")
        return json_response(encode.profile(found))
