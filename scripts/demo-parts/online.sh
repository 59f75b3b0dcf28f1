# The demo over the wire, of one round. Sourced by scripts/demo, which defines say, run, fingerprint, prepare_data,
# example, work, sites and model.
source scripts/demo-parts/daemons.sh

set_up_coordinator

say "The vendor publishes the protocol, fixed before any result, and the model that it names"
run 0 evidence protocol lint $example/protocol.json
run 0 coordinator protocol publish --profile $vendor $example/protocol.json
run 0 coordinator model publish --profile $vendor --study $id "${model[@]}" \
  --model-card $example/model-card.json
run 0 evidence trust add --trust $work/trust.json --coordinator \
  --fingerprint "$(coordinator status --profile $vendor | fingerprint)"

for site in "${sites[@]}"; do
  say "Hospital $site: joins with a one-time invitation, registers its data, and starts its agent"
  join_hospital "run 0" $site
  prepare_data "$site"
  run 0 site-agent dataset register --directory $work/hospitals/$site/agent --study $id --data $data \
    --declaration $declaration "${policy[@]}"
done

for site in "${sites[@]}"; do
  agent=$work/hospitals/$site/agent
  wait_until 20 site-agent protocol show $id --directory $agent
  if [[ $site == "${sites[0]}" ]]; then
    say "Hospital $site reads what the protocol asks for, and approves it; so do the others"
    run 0 site-agent protocol show $id --directory $agent
  fi
  run 0 site-agent protocol approve $id --directory $agent --name "Head of IT, $site" \
    --reason "reviewed with the privacy officer"
done

say "With the hospitals' signed consents the study opens, in the phase silent, and a round asks them all"
wait_until 20 consents_are silent ${#sites[@]}
run 0 coordinator gate advance --profile $vendor --study $id --to silent
run 0 coordinator round open --profile $vendor --study $id --phase silent --deadline 10min \
  --quorum ${#sites[@]}

for site in "${sites[@]}"; do
  agent=$work/hospitals/$site/agent
  wait_until 30 site-agent preview --directory $agent
  if [[ $site == "${sites[0]}" ]]; then
    say "Hospital $site sees the bytes before they leave, and releases exactly these; so do the others"
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
run "0 1" coordinator verdicts show --profile $vendor --study $id
run 0 coordinator gate status --profile $vendor --study $id
run 0 coordinator audit verify --profile $vendor

say "Everything is sealed into one bundle"
run 0 coordinator evidence seal --profile $vendor --study $id
run 0 coordinator evidence export --profile $vendor --study $id --out $work/sealed
run 0 coordinator round export --profile $vendor --study $id --out $work/round
submissions=$work/round/submissions
