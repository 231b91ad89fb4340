terraform {
  required_providers {
    orangecmdb = {
      source  = "orange-cmdb.internal/orange/orangecmdb"
      version = "~> 0.1"
    }
  }
}

# The endpoint and the credentials come from the environment variables ORANGE_CMDB_*.
provider "orangecmdb" {
  max_age = 600
}

variable "city" {
  description = "The city whose sites are looked at, as their names begin."
  type        = string
  default     = "Paris"
}

data "orangecmdb_locations" "sites" {
  filter {
    name   = "name"
    values = ["${var.city} *"]
  }
}

data "orangecmdb_configuration_items" "routers" {
  for_each    = toset(data.orangecmdb_locations.sites.ids)
  location_id = each.key
  where       = "type == 'ROUTER' && status == 'OPERATIONAL'"
}

locals {
  routers = merge([
    for items in data.orangecmdb_configuration_items.routers : { for item in items.records : item.id => item }
  ]...)
}

# Replaces a resource that you deploy. It is replaced if the address changes in the CMDB.
resource "terraform_data" "gateway" {
  for_each         = local.routers
  input            = each.value.name
  triggers_replace = each.value.ip_address
}

check "every_site_has_a_router" {
  assert {
    condition     = alltrue([for items in data.orangecmdb_configuration_items.routers : length(items.ids) > 0])
    error_message = "A site has no router that is in service."
  }
}

output "sites" {
  value = { for site in data.orangecmdb_locations.sites.records : site.id => site.address }
}

output "gateways" {
  value = { for id, gateway in terraform_data.gateway : id => gateway.output }
}
