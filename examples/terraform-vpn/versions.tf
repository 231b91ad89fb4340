terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
    orangecmdb = {
      source  = "orange-cmdb.internal/orange/orangecmdb"
      version = "~> 0.1"
    }
  }
}

# Credentials come from the environment variables ORANGE_CMDB_* and AWS_*.
provider "orangecmdb" {}
