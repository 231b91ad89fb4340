package com.pulumi.orangecmdb;

import com.pulumi.core.Output;
import com.pulumi.core.annotations.Export;
import com.pulumi.core.annotations.ResourceType;
import com.pulumi.core.internal.Codegen;
import com.pulumi.resources.CustomResource;
import java.util.Optional;

@ResourceType(type = "orange-cmdb:index:ConfigurationItem")
public class ConfigurationItem extends CustomResource {
    @Export(name = "status", refs = {String.class}, tree = "[0]")
    private Output<String> status;

    @Export(name = "ipAddress", refs = {String.class}, tree = "[0]")
    private Output<String> ipAddress;

    @Export(name = "serialNumber", refs = {String.class}, tree = "[0]")
    private Output<String> serialNumber;

    public ConfigurationItem(String name, ConfigurationItemArgs args) {
        super("orange-cmdb:index:ConfigurationItem", name, args, null);
    }

    public Output<Optional<String>> status() {
        return Codegen.optional(status);
    }

    public Output<Optional<String>> ipAddress() {
        return Codegen.optional(ipAddress);
    }

    public Output<Optional<String>> serialNumber() {
        return Codegen.optional(serialNumber);
    }
}
