package com.pulumi.orangecmdb;

import com.pulumi.core.Output;
import com.pulumi.core.TypeShape;
import com.pulumi.deployment.Deployment;
import com.pulumi.orangecmdb.inputs.GetConfigurationItemsArgs;
import com.pulumi.orangecmdb.inputs.GetLocationArgs;
import com.pulumi.orangecmdb.outputs.GetConfigurationItemsResult;
import com.pulumi.orangecmdb.outputs.GetLocationResult;

public final class OrangecmdbFunctions {
    public static Output<GetLocationResult> getLocation(GetLocationArgs args) {
        var type = TypeShape.of(GetLocationResult.class);
        return Deployment.getInstance().invoke("orange-cmdb:index:getLocation", type, args);
    }

    public static Output<GetConfigurationItemsResult> getConfigurationItems(GetConfigurationItemsArgs args) {
        var type = TypeShape.of(GetConfigurationItemsResult.class);
        return Deployment.getInstance().invoke("orange-cmdb:index:getConfigurationItems", type, args);
    }
}
