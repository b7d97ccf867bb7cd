# Sourced: lets pip and npm through the network where the image is built.
#
# Secrets: `ca` is a bundle of certificates to trust, `pip` a pip.conf, `npm` an
# .npmrc. Where one is not given, nothing is changed.
secrets=/run/secrets
if [ -s $secrets/ca ]; then
  export PIP_CERT=$secrets/ca NODE_EXTRA_CA_CERTS=$secrets/ca
fi
if [ -s $secrets/pip ]; then export PIP_CONFIG_FILE=$secrets/pip; fi
if [ -s $secrets/npm ]; then export NPM_CONFIG_USERCONFIG=$secrets/npm; fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
