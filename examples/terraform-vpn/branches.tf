# Reads the routers that are in service at the locations of a country.

variable "country" {
  description = "Whose branches are connected (ISO 3166-1 alpha-2)."
  type        = string
  default     = "FR"
}

data "orangecmdb_locations" "sites" {
  filter {
    name   = "country"
    values = [var.country]
  }
}

data "orangecmdb_configuration_items" "routers" {
  filter {
    name   = "type"
    values = ["ROUTER"]
  }
  filter {
    name   = "status"
    values = ["OPERATIONAL"]
  }
  filter {
    name   = "location_id"
    values = data.orangecmdb_locations.sites.ids
  }
}

locals {
  # Keyed by the id of the record: a router that is renamed keeps its gateway.
  gateways = {
    for item in data.orangecmdb_configuration_items.routers.records : item.id => {
      ip_address = item.ip_address
      tags = {
        Name                      = item.name
        "cmdb:configuration-item" = item.id
        "cmdb:location"           = item.location_id
      }
    }
  }
}
