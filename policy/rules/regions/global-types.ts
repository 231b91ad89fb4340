// Written by tools/regions.mjs from the packages that it names.

/**
 * Types that do not have the region of their provider, by the prefix of their package: types of global services, and parts of
 * a resource that have its region. `*` is a wildcard.
 */
export const globalTypes: Readonly<Record<string, string>> = {
  // @pulumi/aws@7.48.0
  "aws:": `
    account/* backup/globalSettings bcmdata/export bedrock/useCaseForModelAccess billing/view budgets/*
    chime/sdkvoiceGlobalSettings cloudfront/* cloudtrail/organizationDelegatedAdminAccount costexplorer/*
    costoptimizationhub/* cur/reportDefinition directconnect/gateway ec2/vpcIpamOrganizationAdminAccount fms/adminAccount
    globalaccelerator/* iam/* networkmanager/* notifications/* organizations/* ram/sharingWithOrganization
    rolesanywhere/* route53/cidrCollection route53/cidrLocation route53/delegationSet route53/healthCheck
    route53/hostedZoneDnsSec route53/keySigningKey route53/queryLog route53/record route53/recordsExclusive
    route53/trafficPolicy route53/trafficPolicyInstance route53/vpcAssociationAuthorization route53/zone
    route53/zoneAssociation route53domains/* route53recoverycontrol/* route53recoveryreadiness/*
    s3/accountPublicAccessBlock savingsplans/savingsPlan servicecatalog/organizationsAccess shield/*
    uxc/accountCustomizations waf/*
  `,
  // @cdktf/provider-aws@21.22.1
  aws_: `
    account_* backup_global_settings bcmdataexports_export billing_view budgets_* ce_* chimesdkvoice_global_settings
    cloudfront_* cloudfrontkeyvaluestore_* cloudtrail_organization_delegated_admin_account costoptimizationhub_*
    cur_report_definition dx_gateway fms_admin_account globalaccelerator_* iam_* networkmanager_* notifications_*
    notificationscontacts_email_contact organizations_* ram_sharing_with_organization rolesanywhere_* route53_cidr_*
    route53_delegation_set route53_health_check route53_hosted_zone_dnssec route53_key_signing_key route53_query_log
    route53_record route53_records_exclusive route53_traffic_* route53_vpc_association_authorization route53_zone
    route53_zone_association route53domains_* route53recoverycontrolconfig_* route53recoveryreadiness_*
    s3_account_public_access_block servicecatalog_organizations_access shield_* vpc_ipam_organization_admin_account waf_*
  `,
  // @pulumi/gcp@9.37.0
  "gcp:": `
    accesscontextmanager/* activedirectory/* alloydb/instance alloydb/user apigateway/api apigateway/apiConfig
    apigateway/apiConfigIamBinding apigateway/apiConfigIamMember apigateway/apiConfigIamPolicy apigateway/apiIamBinding
    apigateway/apiIamMember apigateway/apiIamPolicy apigee/addonsConfig apigee/api apigee/apiDeployment apigee/apiProduct
    apigee/appGroup apigee/controlPlaneAccess apigee/dataCollector apigee/datastore apigee/developer apigee/developerApp
    apigee/dnsZone apigee/envGroup apigee/envGroupAttachment apigee/envKeystore apigee/envReferences apigee/environment
    apigee/environmentAddonsConfig apigee/environmentApiRevisionDeployment apigee/environmentDebugmask
    apigee/environmentIamBinding apigee/environmentIamMember apigee/environmentIamPolicy apigee/environmentKeyvaluemaps
    apigee/environmentKeyvaluemapsEntries apigee/flowhook apigee/instanceAttachment apigee/keystoresAliasesKeyCertFile
    apigee/keystoresAliasesPkcs12 apigee/keystoresAliasesSelfSignedCert apigee/natAddress apigee/organization
    apigee/securityAction apigee/securityFeedback apigee/securityMonitoringCondition apigee/securityProfileV2
    apigee/sharedflow apigee/sharedflowDeployment apigee/space apigee/syncAuthorization apigee/targetServer appengine/*
    apphub/serviceProjectAttachment beyondcorp/securityGateway beyondcorp/securityGatewayApplication
    beyondcorp/securityGatewayApplicationIamBinding beyondcorp/securityGatewayApplicationIamMember
    beyondcorp/securityGatewayApplicationIamPolicy biglake/database biglake/hiveCatalog biglake/hiveCatalogIamBinding
    biglake/hiveCatalogIamMember biglake/hiveCatalogIamPolicy biglake/hiveDatabase biglake/hiveDatabaseIamBinding
    biglake/hiveDatabaseIamMember biglake/hiveDatabaseIamPolicy biglake/hiveTable biglake/hiveTableIamBinding
    biglake/hiveTableIamMember biglake/hiveTableIamPolicy biglake/icebergCatalog biglake/icebergCatalogIamBinding
    biglake/icebergCatalogIamMember biglake/icebergCatalogIamPolicy biglake/icebergNamespace
    biglake/icebergNamespaceIamBinding biglake/icebergNamespaceIamMember biglake/icebergNamespaceIamPolicy
    biglake/icebergTableIamBinding biglake/icebergTableIamMember biglake/icebergTableIamPolicy biglake/table
    bigquery/appProfile bigquery/capacityCommitment bigquery/dataTransferConfig bigquery/dataset bigquery/datasetAccess
    bigquery/datasetIamBinding bigquery/datasetIamMember bigquery/datasetIamPolicy bigquery/iamBinding bigquery/iamMember
    bigquery/iamPolicy bigquery/job bigquery/reservation bigquery/reservationGroup bigquery/routine
    bigquery/routineIamBinding bigquery/routineIamMember bigquery/routineIamPolicy bigquery/rowAccessPolicy
    bigquery/table bigtable/* billing/* binaryauthorization/* certificatemanager/certificate
    certificatemanager/certificateIssuanceConfig certificatemanager/certificateMap certificatemanager/certificateMapEntry
    certificatemanager/dnsAuthorization cloudasset/* cloudbuild/trigger cloudidentity/* cloudquota/*
    cloudsupport/supportEventSubscription compute/backendBucket compute/backendBucketIamBinding
    compute/backendBucketIamMember compute/backendBucketIamPolicy compute/backendBucketSignedUrlKey
    compute/backendService compute/backendServiceIamBinding compute/backendServiceIamMember
    compute/backendServiceIamPolicy compute/backendServiceSignedUrlKey compute/caExternalAccountKey
    compute/crossSiteNetwork compute/diskAsyncReplication compute/externalVpnGateway compute/firewall
    compute/firewallPolicy compute/firewallPolicyAssociation compute/firewallPolicyIamBinding
    compute/firewallPolicyIamMember compute/firewallPolicyIamPolicy compute/firewallPolicyRule
    compute/firewallPolicyWithRules compute/globalAddress compute/globalForwardingRule compute/globalNetworkEndpoint
    compute/globalNetworkEndpointGroup compute/globalVmExtensionPolicy compute/healthCheck compute/httpHealthCheck
    compute/httpsHealthCheck compute/image compute/imageIamBinding compute/imageIamMember compute/imageIamPolicy
    compute/instanceTemplateIamBinding compute/instanceTemplateIamMember compute/instanceTemplateIamPolicy
    compute/interconnect compute/interconnectAttachmentGroup compute/interconnectGroup compute/machineImage
    compute/machineImageIamBinding compute/machineImageIamMember compute/machineImageIamPolicy
    compute/managedSslCertificate compute/mangedSslCertificate compute/network compute/networkFirewallPolicy
    compute/networkFirewallPolicyAssociation compute/networkFirewallPolicyIamBinding
    compute/networkFirewallPolicyIamMember compute/networkFirewallPolicyIamPolicy
    compute/networkFirewallPolicyPacketMirroringRule compute/networkFirewallPolicyRule
    compute/networkFirewallPolicyWithRules compute/networkPeering compute/networkPeeringRoutesConfig
    compute/organizationSecurityPolicy compute/organizationSecurityPolicyAssociation
    compute/organizationSecurityPolicyRule compute/previewFeature compute/projectCloudArmorTier
    compute/projectDefaultNetworkTier compute/projectMetadata compute/projectMetadataItem compute/publicAdvertisedPrefix
    compute/rolloutPlan compute/route compute/sSLCertificate compute/sSLPolicy compute/securityPolicy
    compute/securityPolicyRule compute/securityScanConfig compute/sharedVPCHostProject compute/sharedVPCServiceProject
    compute/snapshotIamBinding compute/snapshotIamMember compute/snapshotIamPolicy compute/snapshotSettings
    compute/targetGrpcProxy compute/targetHttpProxy compute/targetHttpsProxy compute/targetSSLProxy
    compute/targetTCPProxy compute/uRLMap compute/wireGroup containeranalysis/* datacatalog/entry datacatalog/policyTag
    datacatalog/policyTagIamBinding datacatalog/policyTagIamMember datacatalog/policyTagIamPolicy datacatalog/tag
    dataloss/preventionDeidentifyTemplate dataloss/preventionInspectTemplate dataloss/preventionJobTrigger
    dataloss/preventionStoredInfoType dataproc/autoscalingPolicy dataproc/metastoreService deploymentmanager/deployment
    diagflow/agent diagflow/cxEntityType diagflow/cxEnvironment diagflow/cxFlow diagflow/cxGenerativeSettings
    diagflow/cxGenerator diagflow/cxIntent diagflow/cxPage diagflow/cxPlaybook diagflow/cxTestCase diagflow/cxTool
    diagflow/cxToolVersion diagflow/cxVersion diagflow/cxWebhook diagflow/entityType diagflow/fulfillment diagflow/intent
    diagflow/version dns/* endpoints/* essentialcontacts/contact essentialcontacts/documentAiProcessorDefaultVersion
    firebase/androidApp firebase/appCheckAppAttestConfig firebase/appCheckDebugToken firebase/appCheckDeviceCheckConfig
    firebase/appCheckPlayIntegrityConfig firebase/appCheckRecaptchaEnterpriseConfig firebase/appCheckRecaptchaV3Config
    firebase/appCheckResourcePolicy firebase/appCheckServiceConfig firebase/appleApp firebase/extensionsInstance
    firebase/hostingChannel firebase/hostingCustomDomain firebase/hostingRelease firebase/hostingSite
    firebase/hostingVersion firebase/project firebase/remoteConfigRemoteConfig firebase/storageBucket firebase/webApp
    firebaserules/* firestore/* folder/* gkehub/fleet gkehub/membership gkehub/namespace gkehub/rolloutSequence
    gkehub/scope gkehub/scopeIamBinding gkehub/scopeIamMember gkehub/scopeIamPolicy gkehub/scopeRbacRoleBinding
    healthcare/consentStore healthcare/consentStoreIamBinding healthcare/consentStoreIamMember
    healthcare/consentStoreIamPolicy healthcare/datasetIamBinding healthcare/datasetIamMember healthcare/datasetIamPolicy
    healthcare/dicomStore healthcare/dicomStoreIamBinding healthcare/dicomStoreIamMember healthcare/dicomStoreIamPolicy
    healthcare/fhirStore healthcare/fhirStoreIamBinding healthcare/fhirStoreIamMember healthcare/fhirStoreIamPolicy
    healthcare/hl7Store healthcare/hl7StoreIamBinding healthcare/hl7StoreIamMember healthcare/hl7StoreIamPolicy
    healthcare/workspace iam/accessBoundaryPolicy iam/denyPolicy iam/workloadIdentityPool
    iam/workloadIdentityPoolIamBinding iam/workloadIdentityPoolIamMember iam/workloadIdentityPoolIamPolicy
    iam/workloadIdentityPoolManagedIdentity iam/workloadIdentityPoolNamespace iam/workloadIdentityPoolProvider
    iam/workloadIdentityServiceAgent iap/appEngineServiceIamBinding iap/appEngineServiceIamMember
    iap/appEngineServiceIamPolicy iap/appEngineVersionIamBinding iap/appEngineVersionIamMember
    iap/appEngineVersionIamPolicy iap/brand iap/client iap/settings iap/tunnelIamBinding iap/tunnelIamMember
    iap/tunnelIamPolicy iap/webBackendServiceIamBinding iap/webBackendServiceIamMember iap/webBackendServiceIamPolicy
    iap/webForwardingRuleServiceIamBinding iap/webForwardingRuleServiceIamMember iap/webForwardingRuleServiceIamPolicy
    iap/webIamBinding iap/webIamMember iap/webIamPolicy iap/webTypeAppEngingIamBinding iap/webTypeAppEngingIamMember
    iap/webTypeAppEngingIamPolicy iap/webTypeComputeIamBinding iap/webTypeComputeIamMember iap/webTypeComputeIamPolicy
    identityplatform/* integrationconnectors/managedZone kms/autokeyConfig kms/cryptoKey kms/cryptoKeyIAMBinding
    kms/cryptoKeyIAMMember kms/cryptoKeyIAMPolicy kms/cryptoKeyVersion kms/folderKajPolicyConfig kms/keyRingIAMBinding
    kms/keyRingIAMMember kms/keyRingIAMPolicy kms/keyRingImportJob kms/organizationKajPolicyConfig
    kms/projectAutokeyConfig kms/projectKajPolicyConfig kms/secretCiphertext logging/billingAccountExclusion
    logging/billingAccountSink logging/folderExclusion logging/folderSettings logging/folderSink logging/logScope
    logging/metric logging/organizationExclusion logging/organizationSettings logging/organizationSink
    logging/projectExclusion logging/projectSink ml/engineModel monitoring/* networkconnectivity/group
    networkconnectivity/hub networkconnectivity/hubIamBinding networkconnectivity/hubIamMember
    networkconnectivity/hubIamPolicy networkconnectivity/internalRange networkconnectivity/policyBasedRoute
    networkmanagement/connectivityTest networksecurity/authorizationPolicy networksecurity/backendAuthenticationConfig
    networksecurity/clientTlsPolicy networksecurity/dnsThreatDetector networksecurity/gatewaySecurityPolicy
    networksecurity/sacRealm networksecurity/securityProfile networksecurity/securityProfileGroup
    networksecurity/serverTlsPolicy networkservices/edgeCacheKeyset networkservices/edgeCacheOrigin
    networkservices/edgeCacheService networkservices/endpointPolicy networkservices/gateway networkservices/grpcRoute
    networkservices/httpRoute networkservices/mesh networkservices/serviceBinding networkservices/tcpRoute
    organizations/* orgpolicy/* osconfig/guestPolicies osconfig/patchDeployment osconfig/v2PolicyOrchestrator
    osconfig/v2PolicyOrchestratorForFolder osconfig/v2PolicyOrchestratorForOrganization oslogin/sshPublicKey
    parametermanager/parameter parametermanager/parameterVersion parametermanager/regionalParameterVersion projects/*
    pubsub/schema pubsub/schemaIamBinding pubsub/schemaIamMember pubsub/schemaIamPolicy pubsub/subscription
    pubsub/subscriptionIAMBinding pubsub/subscriptionIAMMember pubsub/subscriptionIAMPolicy pubsub/topic
    pubsub/topicIAMBinding pubsub/topicIAMMember pubsub/topicIAMPolicy recaptcha/enterpriseKey resourcemanager/*
    runtimeconfig/* secretmanager/regionalSecretVersion secretmanager/secret secretmanager/secretIamBinding
    secretmanager/secretIamMember secretmanager/secretIamPolicy secretmanager/secretVersion
    securitycenter/eventThreatDetectionCustomModule securitycenter/folderCustomModule
    securitycenter/folderNotificationConfig securitycenter/folderSccBigQueryExport
    securitycenter/managementFolderSecurityHealthAnalyticsCustomModule
    securitycenter/managementOrganizationEventThreatDetectionCustomModule
    securitycenter/managementOrganizationSecurityHealthAnalyticsCustomModule
    securitycenter/managementProjectSecurityHealthAnalyticsCustomModule securitycenter/muteConfig
    securitycenter/notificationConfig securitycenter/organizationCustomModule
    securitycenter/organizationSccBigQueryExport securitycenter/projectCustomModule
    securitycenter/projectNotificationConfig securitycenter/projectSccBigQueryExport securitycenter/source
    securitycenter/sourceIamBinding securitycenter/sourceIamMember securitycenter/sourceIamPolicy
    securitycenter/v2FolderMuteConfig securitycenter/v2FolderNotificationConfig securitycenter/v2FolderSccBigQueryExport
    securitycenter/v2OrganizationMuteConfig securitycenter/v2OrganizationNotificationConfig
    securitycenter/v2OrganizationSccBigQueryExport securitycenter/v2OrganizationSccBigQueryExports
    securitycenter/v2OrganizationSource securitycenter/v2OrganizationSourceIamBinding
    securitycenter/v2OrganizationSourceIamMember securitycenter/v2OrganizationSourceIamPolicy
    securitycenter/v2ProjectMuteConfig securitycenter/v2ProjectNotificationConfig
    securitycenter/v2ProjectSccBigQueryExport serviceaccount/* servicedirectory/endpoint
    servicedirectory/namespaceIamBinding servicedirectory/namespaceIamMember servicedirectory/namespaceIamPolicy
    servicedirectory/service servicedirectory/serviceIamBinding servicedirectory/serviceIamMember
    servicedirectory/serviceIamPolicy servicenetworking/* serviceusage/consumerQuotaOverride siteverification/*
    sourcerepo/* spanner/* sql/database sql/provisionScript sql/sslCert sql/user storage/batchOperationsJob
    storage/bucketACL storage/bucketAccessControl storage/bucketIAMBinding storage/bucketIAMMember
    storage/bucketIAMPolicy storage/bucketObject storage/controlFolderIntelligenceConfig
    storage/controlOrganizationIntelligenceConfig storage/controlProjectIntelligenceConfig storage/defaultObjectACL
    storage/defaultObjectAccessControl storage/folder storage/hmacKey storage/managedFolder
    storage/managedFolderIamBinding storage/managedFolderIamMember storage/managedFolderIamPolicy storage/notification
    storage/objectACL storage/objectAccessControl storage/transferAgentPool storage/transferJob tags/tagBinding
    tags/tagKey tags/tagKeyIamBinding tags/tagKeyIamMember tags/tagKeyIamPolicy tags/tagValue tags/tagValueIamBinding
    tags/tagValueIamMember tags/tagValueIamPolicy vertex/aiCacheConfig vertex/aiFeatureStoreEntityType
    vertex/aiFeatureStoreEntityTypeFeature vertex/aiFeatureStoreEntityTypeIamBinding
    vertex/aiFeatureStoreEntityTypeIamMember vertex/aiFeatureStoreEntityTypeIamPolicy vertex/aiModelGardenEnableModel
    vmwareengine/cluster vmwareengine/externalAccessRule vmwareengine/externalAddress vmwareengine/networkPeering
    vmwareengine/subnet
  `,
  // @cdktf/provider-google@16.12.1
  google_: `
    access_* active_* alloydb_instance alloydb_user apigee_addons_config apigee_api apigee_api_product apigee_app_group
    apigee_control_plane_access apigee_developer apigee_dns_zone apigee_env_* apigee_envgroup apigee_envgroup_attachment
    apigee_environment apigee_environment_* apigee_flowhook apigee_instance_attachment apigee_keystores_*
    apigee_nat_address apigee_organization apigee_security_* apigee_sharedflow apigee_sharedflow_deployment
    apigee_sync_authorization apigee_target_server apikeys_key app_* apphub_service_project_attachment
    beyondcorp_application beyondcorp_application_* beyondcorp_security_gateway beyondcorp_security_gateway_application
    beyondcorp_security_gateway_application_* biglake_database biglake_table bigquery_capacity_commitment
    bigquery_data_transfer_config bigquery_dataset bigquery_dataset_* bigquery_job bigquery_reservation bigquery_routine
    bigquery_row_access_policy bigquery_table bigquery_table_* bigtable_* billing_* binary_*
    certificate_manager_certificate certificate_manager_certificate_* certificate_manager_dns_authorization cloud_asset_*
    cloud_identity_* cloud_quotas_quota_preference cloudbuild_trigger compute_backend_* compute_disk_async_replication
    compute_external_vpn_gateway compute_firewall compute_firewall_* compute_global_* compute_health_check
    compute_http_health_check compute_https_health_check compute_image compute_image_* compute_instance_template_*
    compute_interconnect compute_interconnect_attachment_group compute_interconnect_group compute_managed_ssl_certificate
    compute_network compute_network_firewall_* compute_network_peering compute_network_peering_routes_config
    compute_project_* compute_public_advertised_prefix compute_route compute_security_* compute_shared_*
    compute_snapshot_* compute_ssl_* compute_target_grpc_proxy compute_target_http_proxy compute_target_https_proxy
    compute_target_ssl_proxy compute_target_tcp_proxy compute_url_map container_analysis_* data_catalog_entry
    data_catalog_policy_* data_catalog_tag data_loss_prevention_deidentify_template data_loss_prevention_inspect_template
    data_loss_prevention_job_trigger data_loss_prevention_stored_info_type dataproc_autoscaling_policy
    dataproc_metastore_service deployment_manager_deployment dialogflow_agent dialogflow_cx_entity_type
    dialogflow_cx_environment dialogflow_cx_flow dialogflow_cx_generative_settings dialogflow_cx_generator
    dialogflow_cx_intent dialogflow_cx_page dialogflow_cx_playbook dialogflow_cx_test_case dialogflow_cx_tool
    dialogflow_cx_version dialogflow_cx_webhook dialogflow_entity_type dialogflow_fulfillment dialogflow_intent dns_*
    document_ai_processor_default_version endpoints_* essential_contacts_contact firebase_app_check_* firebaserules_*
    firestore_* folder folder_* gke_hub_fleet gke_hub_membership gke_hub_namespace gke_hub_scope gke_hub_scope_*
    healthcare_consent_* healthcare_dataset_* healthcare_dicom_* healthcare_fhir_* healthcare_hl7_* healthcare_workspace
    iam_access_boundary_policy iam_deny_policy iam_workload_* iap_app_* iap_brand iap_client iap_settings
    iap_tunnel_iam_* iap_web_backend_* iap_web_iam_* iap_web_type_* identity_* integration_connectors_managed_zone
    kms_autokey_config kms_crypto_* kms_key_ring_* kms_secret_ciphertext logging_billing_account_exclusion
    logging_billing_account_sink logging_folder_exclusion logging_folder_settings logging_folder_sink logging_log_scope
    logging_metric logging_organization_exclusion logging_organization_settings logging_organization_sink
    logging_project_exclusion logging_project_sink ml_engine_model monitoring_* network_connectivity_group
    network_connectivity_hub network_connectivity_internal_range network_connectivity_policy_based_route
    network_management_connectivity_test network_security_backend_authentication_config
    network_security_client_tls_policy network_security_gateway_security_policy network_security_security_*
    network_security_server_tls_policy network_services_edge_* network_services_endpoint_policy network_services_gateway
    network_services_grpc_route network_services_http_route network_services_mesh network_services_service_binding
    network_services_tcp_route network_services_tls_route notebooks_location org_* organization_*
    os_config_patch_deployment os_config_v2_* os_login_ssh_public_key parameter_manager_parameter
    parameter_manager_parameter_version parameter_manager_regional_parameter_version project project_*
    public_ca_external_account_key pubsub_schema pubsub_schema_* pubsub_subscription pubsub_subscription_* pubsub_topic
    pubsub_topic_* recaptcha_enterprise_key resource_manager_lien scc_* secret_manager_regional_secret_version
    secret_manager_secret secret_manager_secret_* service_* site_* sourcerepo_* spanner_* sql_database sql_ssl_cert
    sql_user storage_batch_operations_job storage_bucket_* storage_control_* storage_default_* storage_folder
    storage_hmac_key storage_managed_* storage_notification storage_object_* storage_transfer_* tags_*
    vertex_ai_featurestore_* vmwareengine_cluster vmwareengine_external_* vmwareengine_network_peering
    vmwareengine_subnet
  `,
};
