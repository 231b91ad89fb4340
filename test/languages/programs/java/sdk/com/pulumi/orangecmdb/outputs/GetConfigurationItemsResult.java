package com.pulumi.orangecmdb.outputs;

import com.pulumi.core.annotations.CustomType;
import java.util.List;

@CustomType
public final class GetConfigurationItemsResult {
    private List<String> ids;

    public List<String> ids() {
        return ids;
    }

    @CustomType.Builder
    public static final class Builder {
        private final GetConfigurationItemsResult result = new GetConfigurationItemsResult();

        @CustomType.Setter
        public Builder ids(List<String> ids) {
            result.ids = ids;
            return this;
        }

        public GetConfigurationItemsResult build() {
            return result;
        }
    }
}
