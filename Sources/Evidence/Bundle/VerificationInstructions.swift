/// `tools/VERIFY.txt`: how to check a bundle with openssl, jq and unzip, without any tool of ours.
let verificationInstructions = """
  How to check this bundle by hand, with openssl, jq, unzip and sha256sum
  ======================================================================

  This shows who signed which bytes. It does not recompute the matrix; `evidence verify` does.

  You need, from each signer and not from this bundle, the fingerprint of its signing root: the SHA-256 of
  the root's public key, as `site-agent status` and `coordinator status` show it.

  Save the lines between the marks as verify.sh, then:

    unzip -q BUNDLE.evb.zip -d bundle
    bash verify.sh bundle seal/manifest.sigstore.json trust/coordinator.root.pem
    bash verify.sh bundle sites/SITE/submission.sigstore.json sites/SITE/root.pem      (for each site)
    bash verify.sh bundle sites/SITE/acceptance.sigstore.json sites/SITE/root.pem

  Where there is a folder history/, each event that somebody signed has its statement there. Sites and
  reviewers sign under history/signers/, the coordinator (grants, stop orders) under trust/:

    bash verify.sh bundle history/statements/EVENT.sigstore.json history/signers/KEY.root.pem
    jq -rj .dsseEnvelope.payload bundle/history/statements/EVENT.sigstore.json | base64 -d | jq .predicate

  What such a statement covers are files as they were then, so they are listed and not compared.

  Each prints the signer's role, the fingerprint to compare, and the files that the signature covers. The
  manifest has to cover every file outside seal/; the script compares the two lists.

  ---- 8< ---- verify.sh ---- 8< ----
  set -euo pipefail
  B=$1; SIG=$B/$2; ROOT=$B/$3; T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
  jq -rj '.dsseEnvelope.payload' "$SIG" | base64 -d > "$T/payload"
  TYPE=$(jq -rj '.dsseEnvelope.payloadType' "$SIG")
  { printf 'DSSEv1 %d %s %d ' "${#TYPE}" "$TYPE" "$(stat -c %s "$T/payload")"; cat "$T/payload"; } > "$T/pae"
  jq -rj '.dsseEnvelope.signatures[0].sig' "$SIG" | base64 -d > "$T/sig"
  jq -rj '.verificationMaterial.certificate.rawBytes' "$SIG" | base64 -d > "$T/leaf.der"
  openssl x509 -inform DER -in "$T/leaf.der" -out "$T/leaf.pem"
  openssl verify -x509_strict -partial_chain -purpose any -CAfile "$ROOT" "$T/leaf.pem" > /dev/null \\
    || { echo "CERTIFICATE DOES NOT CHAIN TO THE ROOT: $2"; exit 1; }
  openssl x509 -in "$T/leaf.pem" -pubkey -noout > "$T/leaf.pub"
  openssl dgst -sha256 -verify "$T/leaf.pub" -signature "$T/sig" "$T/pae" > /dev/null \\
    || { echo "SIGNATURE DOES NOT VERIFY: $2"; exit 1; }
  jq -r '.subject[] | .digest.sha256 + "  " + .name' "$T/payload" > "$T/sums"
  case $2 in
    history/*) ;;
    *) (cd "$B" && sha256sum -c --strict --quiet "$T/sums") || { echo "A FILE IS NOT WHAT WAS SIGNED: $2"; exit 1; } ;;
  esac
  if [ "$2" = seal/manifest.sigstore.json ]; then
    diff <(cd "$B"; find . -path ./seal -prune -o ! -type d -print | sed 's,^\\./,,' | LC_ALL=C sort) \\
         <(jq -r '.subject[].name' "$T/payload" | LC_ALL=C sort) || { echo "THE FILE SET DIFFERS"; exit 1; }
  fi
  echo "signed by: $(openssl x509 -in "$T/leaf.pem" -noout -ext subjectAltName | sed -n 's/ *URI://p')"
  echo "root:      sha256:$(openssl x509 -in "$ROOT" -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)"
  sed 's/^[0-9a-f]*  /covers:    /' "$T/sums"
  ---- 8< ---- verify.sh ---- 8< ----

  """
