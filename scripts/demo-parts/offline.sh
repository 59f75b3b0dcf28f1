# The demo from files: the same functions as over the wire, without any daemon. Sourced by scripts/demo, which
# defines say, run, fingerprint, prepare_data, example, work, sites and model.

say "The protocol, fixed before any result"
run 0 evidence protocol lint $example/protocol.json

say "The coordinator makes its evidence key; a buyer pins its fingerprint"
run 0 coordinator keys create --directory $work/coordinator
run 0 evidence trust add --trust $work/trust.json --coordinator \
  --fingerprint "$(coordinator keys show --directory $work/coordinator | fingerprint)"

for site in "${sites[@]}"; do
  say "Hospital $site: evaluates its own rows, sees what would leave, and signs"
  prepare_data "$site"
  run 0 site-agent evaluate --protocol $example/protocol.json "${model[@]}" --data $data \
    --dataset $declaration "${policy[@]}" --site $site --out $work/hospitals/$site/evaluation
  run 0 site-agent keys create --site $site --directory $work/hospitals/$site/keys
  run 0 evidence sign --protocol $example/protocol.json --evaluation $work/hospitals/$site/evaluation \
    --keys $work/hospitals/$site/keys --out $work/submissions/$site
  # A buyer asks the hospital itself, not the coordinator and not the bundle.
  run 0 evidence trust add --trust $work/trust.json --site $site \
    --fingerprint "$(site-agent status --directory $work/hospitals/$site/keys | fingerprint)"
done

say "The results are merged and judged (unsigned: anybody with the files can do this)"
run "0 1" evidence recompute --protocol $example/protocol.json --aggregates $work/submissions --out $work/merged

say "Everything is sealed into one bundle"
run 0 evidence seal --protocol $example/protocol.json --model-card $example/model-card.json \
  --submissions $work/submissions --trust $work/trust.json --keys $work/coordinator --out $work/sealed
submissions=$work/submissions
