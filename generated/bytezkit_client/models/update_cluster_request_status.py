from typing import Literal

UpdateClusterRequestStatus = Literal["off", "on"]

UPDATE_CLUSTER_REQUEST_STATUS_VALUES: set[UpdateClusterRequestStatus] = {
    "off",
    "on",
}


def check_update_cluster_request_status(value: str) -> UpdateClusterRequestStatus:
    if value in UPDATE_CLUSTER_REQUEST_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {UPDATE_CLUSTER_REQUEST_STATUS_VALUES!r}"
    )
