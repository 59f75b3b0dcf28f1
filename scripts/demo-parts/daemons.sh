# What both demos over the wire share: one coordinator and an agent a hospital, as processes on loopback. Sourced by
# online.sh and phases.sh, after scripts/demo defined say, run, quiet, fingerprint, prepare_data, example and work.

# A TCP port of loopback that nobody listens on now.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# Daemons end with the demo, however it ends.
daemons=()
stop_daemons() {
  local process
  for process in "${daemons[@]}"; do kill "$process" 2>/dev/null || true; done
  for process in "${daemons[@]}"; do wait "$process" 2>/dev/null || true; done
}
trap stop_daemons EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# start LOG COMMAND…: runs the command in the background.
start() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 &
  daemons+=($!)
}

# wait_until SECONDS COMMAND…: until the command succeeds.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= deadline)); then
      echo "demo: gave up waiting for: $*" >&2
      "$@" >&2 || true
      exit 1
    fi
    sleep 0.1
  done
}

operator=$work/coordinator/operator vendor=$work/vendor
# The study's id, as the protocol has it: the first member called "id" of the canonical document is the study's.
id=$(grep -o '"id":"'"$study"'[a-z0-9-]*"' $example/protocol.json | head -n 1 | cut -d '"' -f 4)

# The vendor's side, up to a tenant.
set_up_coordinator() {
  say "The vendor sets up a coordinator: root, server certificate, first operator"
  (umask 077 && head -c 24 /dev/urandom | base64 >"$work/passphrase")
  run 0 coordinator init --directory $work/coordinator --name demo.equipoise.test --host 127.0.0.1 \
    --api-port "$(free_port)" --join-port "$(free_port)" --passphrase-file $work/passphrase
  show coordinator serve --config $work/coordinator/coordinator.json '&'
  start $work/coordinator.log coordinator serve --config $work/coordinator/coordinator.json
  wait_until 10 coordinator status --profile $operator

  say "The operator makes a tenant; the root key signs its certificate authority once"
  run 0 coordinator tenant create --profile $operator --title "Example vendor" --root $work/coordinator/root \
    --passphrase-file $work/passphrase --out $vendor
}

# join_hospital HOW SITE: a hospital joins and its agent starts; HOW is `run 0`, or `quiet` for one that was seen before.
join_hospital() {
  local how=$1 site=$2
  local agent=$work/hospitals/$site/agent
  mkdir -p $work/hospitals/$site
  $how coordinator site invite --profile $vendor --site $site --out $work/invitations/$site.json
  $how site-agent join --invitation $work/invitations/$site.json --directory $agent
  # Read out over the telephone: the administrator types what the hospital says.
  $how coordinator site confirm --profile $vendor --site $site \
    --fingerprint "$(site-agent status --directory $agent | fingerprint)"
  # A buyer asks the hospital itself, not the coordinator and not the bundle.
  $how evidence trust add --trust $work/trust.json --site $site \
    --fingerprint "$(site-agent status --directory $agent | fingerprint)"
  [[ $how == quiet ]] || show site-agent run --directory $agent '&'
  start $work/hospitals/$site/agent.log site-agent run --directory $agent
}

# sites_with JSON NUMBER: whether so many sites of the gate's status have this member.
sites_with() {
  (($(coordinator gate status --profile $vendor --study $id --json | grep -o "$1" | wc -l) >= $2))
}
consents_are() { sites_with '"consent":"'$1'"' $2; }
