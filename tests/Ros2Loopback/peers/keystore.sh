#!/usr/bin/env bash
# Makes a keystore as `ros2 security` does, with openssl alone: keystore.sh FOLDER ENCLAVE...
set -euo pipefail

keystore=$1
shift
mkdir -p "$keystore/ca"
cd "$keystore"

openssl ecparam -name prime256v1 -genkey -noout -out ca/key.pem
openssl req -new -x509 -days 3650 -key ca/key.pem -subj '/CN=sros2CA' -out ca/cert.pem
sign() { openssl smime -sign -text -in "$1" -signer ca/cert.pem -inkey ca/key.pem -out "$2"; }

cat > ca/governance.xml <<XML
<?xml version="1.0" encoding="UTF-8"?>
<dds xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.omg.org/spec/DDS-SECURITY/20170901/omg_shared_ca_governance.xsd">
  <domain_access_rules>
    <domain_rule>
      <domains><id_range><min>0</min><max>230</max></id_range></domains>
      <allow_unauthenticated_participants>false</allow_unauthenticated_participants>
      <enable_join_access_control>true</enable_join_access_control>
      <discovery_protection_kind>ENCRYPT</discovery_protection_kind>
      <liveliness_protection_kind>ENCRYPT</liveliness_protection_kind>
      <rtps_protection_kind>SIGN</rtps_protection_kind>
      <topic_access_rules>
        <topic_rule>
          <topic_expression>*</topic_expression>
          <enable_discovery_protection>true</enable_discovery_protection>
          <enable_liveliness_protection>true</enable_liveliness_protection>
          <enable_read_access_control>true</enable_read_access_control>
          <enable_write_access_control>true</enable_write_access_control>
          <metadata_protection_kind>ENCRYPT</metadata_protection_kind>
          <data_protection_kind>ENCRYPT</data_protection_kind>
        </topic_rule>
      </topic_access_rules>
    </domain_rule>
  </domain_access_rules>
</dds>
XML
sign ca/governance.xml ca/governance.p7s

for enclave in "$@"; do
    folder=enclaves$enclave
    mkdir -p "$folder"
    openssl ecparam -name prime256v1 -genkey -noout -out "$folder/key.pem"
    # The common name holds slashes: they are escaped for -subj.
    openssl req -new -key "$folder/key.pem" -subj "/CN=${enclave//\//\\/}" -out "$folder/request.pem"
    openssl x509 -req -days 3650 -in "$folder/request.pem" -CA ca/cert.pem -CAkey ca/key.pem -CAcreateserial -out "$folder/cert.pem"
    cat > "$folder/permissions.xml" <<XML
<?xml version="1.0" encoding="UTF-8"?>
<dds xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.omg.org/spec/DDS-SECURITY/20170901/omg_shared_ca_permissions.xsd">
  <permissions>
    <grant name="$enclave">
      <subject_name>CN=$enclave</subject_name>
      <validity><not_before>2020-01-01T00:00:00</not_before><not_after>2037-01-01T00:00:00</not_after></validity>
      <allow_rule>
        <domains><id_range><min>0</min><max>230</max></id_range></domains>
        <publish><topics><topic>*</topic></topics></publish>
        <subscribe><topics><topic>*</topic></topics></subscribe>
      </allow_rule>
      <default>DENY</default>
    </grant>
  </permissions>
</dds>
XML
    sign "$folder/permissions.xml" "$folder/permissions.p7s"
    cp ca/cert.pem "$folder/identity_ca.cert.pem"
    cp ca/cert.pem "$folder/permissions_ca.cert.pem"
    cp ca/governance.p7s "$folder/governance.p7s"
done
