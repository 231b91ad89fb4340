package com.pulumi.orangecmdb.outputs;

import com.pulumi.core.annotations.CustomType;
import java.util.Optional;
import javax.annotation.Nullable;

@CustomType
public final class GetLocationResult {
    private String id;
    private @Nullable String address;

    public String id() {
        return id;
    }

    public Optional<String> address() {
        return Optional.ofNullable(address);
    }

    @CustomType.Builder
    public static final class Builder {
        private final GetLocationResult result = new GetLocationResult();

        @CustomType.Setter
        public Builder id(String id) {
            result.id = id;
            return this;
        }

        @CustomType.Setter
        public Builder address(@Nullable String address) {
            result.address = address;
            return this;
        }

        public GetLocationResult build() {
            return result;
        }
    }
}
