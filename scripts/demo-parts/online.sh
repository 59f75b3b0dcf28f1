# The demo over the wire: one coordinator and an agent a hospital, as processes on loopback. Sourced by
# scripts/demo, which defines say, run, fingerprint, prepare_data, example, work, sites and model.

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

# start LOG COMMAND…: echoes the command and runs it in the background.
start() {
  local log=$1
  shift
  printf '$ %s &\n' "$*"
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

say "The vendor sets up a coordinator: root, server certificate, first operator"
(umask 077 && head -c 24 /dev/urandom | base64 >"$work/passphrase")
run 0 coordinator init --directory $work/coordinator --name demo.equipoise.test --host 127.0.0.1 \
  --api-port "$(free_port)" --join-port "$(free_port)" --passphrase-file $work/passphrase
start $work/coordinator.log coordinator serve --config $work/coordinator/coordinator.json
wait_until 10 coordinator status --profile $operator

say "The operator makes a tenant; the root key signs its certificate authority once"
run 0 coordinator tenant create --profile $operator --title "Example vendor" --root $work/coordinator/root \
  --passphrase-file $work/passphrase --out $vendor

say "The vendor publishes the protocol, fixed before any result, and the model that it names"
run 0 evidence protocol lint $example/protocol.json
run 0 coordinator protocol publish --profile $vendor $example/protocol.json
run 0 coordinator model publish --profile $vendor --study $id "${model[@]}" \
  --model-card $example/model-card.json
run 0 evidence trust add --trust $work/trust.json --coordinator \
  --fingerprint "$(coordinator status --profile $vendor | fingerprint)"

number=0
for site in "${sites[@]}"; do
  number=$((number + 1))
  agent=$work/hospitals/$site/agent
  mkdir -p $work/hospitals/$site
  say "Hospital $site: joins with a one-time invitation, registers its data, and starts its agent"
  run 0 coordinator site invite --profile $vendor --site $site --out $work/invitations/$site.json
  run 0 site-agent join --invitation $work/invitations/$site.json --directory $agent
  # Read out over the telephone: the administrator types what the hospital says.
  run 0 coordinator site confirm --profile $vendor --site $site \
    --fingerprint "$(site-agent status --directory $agent | fingerprint)"
  # A buyer asks the hospital itself, not the coordinator and not the bundle.
  run 0 evidence trust add --trust $work/trust.json --site $site \
    --fingerprint "$(site-agent status --directory $agent | fingerprint)"
  prepare_data "$site" "$number"
  run 0 site-agent dataset register --directory $agent --study $id --data $data \
    --declaration $declaration "${policy[@]}"
  start $work/hospitals/$site/agent.log site-agent run --directory $agent
done

say "A round is opened; every hospital is asked"
run 0 coordinator round open --profile $vendor --study $id --phase silent --deadline 10min \
  --quorum ${#sites[@]}

for site in "${sites[@]}"; do
  agent=$work/hospitals/$site/agent
  wait_until 20 site-agent protocol show $id --directory $agent
  if [[ $site == "${sites[0]}" ]]; then
    say "Hospital $site reads what the protocol asks for, approves it, and sees the bytes before they leave"
    run 0 site-agent protocol show $id --directory $agent
  fi
  run 0 site-agent protocol approve $id --directory $agent --name "Head of IT, $site" \
    --reason "reviewed with the privacy officer"
done
for site in "${sites[@]}"; do
  agent=$work/hospitals/$site/agent
  wait_until 30 site-agent preview --directory $agent
  if [[ $site == "${sites[0]}" ]]; then
    run 0 site-agent preview --directory $agent --out $work/hospitals/$site/preview.json
  fi
  run 0 site-agent release "$(site-agent preview --directory $agent | sed -n 's/^package //p')" \
    --directory $agent --name "Privacy officer, $site"
done

say "The coordinator checks, receipts and merges what arrives"
run 0 coordinator round status --profile $vendor --study $id --watch
run 0 site-agent status --directory $work/hospitals/${sites[0]}/agent
run 0 site-agent egress verify --directory $work/hospitals/${sites[0]}/agent
run 0 coordinator matrix show --profile $vendor --study $id
run "0 1" coordinator gate status --profile $vendor --study $id
run 0 coordinator audit verify --profile $vendor

say "Everything is sealed into one bundle"
run 0 coordinator evidence seal --profile $vendor --study $id
run 0 coordinator evidence export --profile $vendor --study $id --out $work/sealed
run 0 coordinator round export --profile $vendor --study $id --out $work/round
submissions=$work/round/submissions
