# Creates a customer gateway and a VPN connection for each router.

variable "region" {
  description = "The AWS region of the transit gateway."
  type        = string
  default     = "eu-west-3"
}

variable "transit_gateway_id" {
  description = "The transit gateway that the connections end at."
  type        = string
}

variable "bgp_asn" {
  description = "The autonomous system of the branches."
  type        = string
  default     = "65000"
}

provider "aws" {
  region = var.region
}

resource "aws_customer_gateway" "branch" {
  for_each   = local.gateways
  type       = "ipsec.1"
  bgp_asn    = var.bgp_asn
  ip_address = each.value.ip_address
  tags       = each.value.tags
}

resource "aws_vpn_connection" "branch" {
  for_each            = local.gateways
  type                = "ipsec.1"
  customer_gateway_id = aws_customer_gateway.branch[each.key].id
  transit_gateway_id  = var.transit_gateway_id
  tags                = { for key, value in each.value.tags : key => value if key != "cmdb:configuration-item" }
}

output "connections" {
  value = { for id, connection in aws_vpn_connection.branch : id => connection.id }
}
