# A year of a study over the wire: from silent to limited to broad, a hospital that drifts, a stop, and the way back to
# the release before. Sourced by scripts/demo, which defines say, run, quiet, fingerprint, number_of, example, work,
# sites, rows and model.
source scripts/demo-parts/daemons.sh

first=${sites[0]} drifting=west lagging=central
of_study=(--profile $vendor --study $id)
declare -A role=([marsh]="clinical sponsor" [okafor]="data-science lead" [winter]=governance)
declare -A person=([marsh]="Dr Ada Marsh" [okafor]="Ben Okafor" [winter]="Carla Winter")
reviewers=(marsh okafor winter)

# once NAME COMMAND…: shown for the first hospital or reviewer, or whoever is in the spotlight; silent for the others.
spotlight=${reviewers[0]}
once() {
  local name=$1
  shift
  case $name in $first | $spotlight) run 0 "$@" ;; *) quiet "$@" ;; esac
}

# brief LINES COMMAND…: only the first lines of what is shown in full elsewhere.
brief() {
  local lines=$1 output
  shift
  show "$@"
  output=$("$@" 2>&1) || { echo "$output" >&2; exit 1; }
  head -n $lines <<<"$output"
  echo "…"
}

# extract TIME: every hospital registers its rows up to then, as a new snapshot.
extract() {
  local site folder drift
  for site in "${sites[@]}"; do
    folder=$work/hospitals/$site/before-${1%T*} drift=()
    # Only the last extract has seen the months after the change.
    [[ $site != $drifting || $1 != 2026-* ]] || drift=(--drift-from 2025-10-01T00:00:00Z)
    once $site site-agent dataset synthesize --hospital $(number_of $site) --rows $rows --seed 2026 --until $1 \
      "${drift[@]}" --out $folder
    once $site site-agent dataset register --directory $work/hospitals/$site/agent --study $id \
      --data $folder/data.csv --declaration $folder/dataset.json
  done
}

# consent VERSION PHASE: every hospital approves the protocol and agrees to go as far as the phase; one goes less far.
consent() {
  local site agent digest
  digest=$(sha256sum <$work/protocol-$1.json)
  for site in "${sites[@]}"; do
    agent=$work/hospitals/$site/agent
    wait_until 30 site-agent protocol show ${digest%% *} --directory $agent
    local phase=$2
    [[ $site != $lagging ]] || phase=limited
    once $site site-agent protocol approve ${digest%% *} --directory $agent --name "Dr Lee, $site" \
      --reason "agreed with the privacy officer" --release automatic --phase $phase
  done
  wait_until 30 consents_are limited 1
  [[ $2 == limited ]] && wait_until 30 consents_are limited ${#sites[@]} ||
    wait_until 30 consents_are $2 $((${#sites[@]} - 1))
}

# hold_round PHASE: all hospitals evaluate, and the coordinator merges and judges what they send.
hold_round() {
  run 0 coordinator round open "${of_study[@]}" --phase $1 --deadline 10min --quorum 4
  quiet coordinator round status "${of_study[@]}" --watch
  run 0 coordinator round status "${of_study[@]}"
}

# review NAME: the package that the reviewers read, offline.
review() {
  package=$work/reviews/$1.evb.zip
  mkdir -p $work/reviews
  run 0 coordinator gate review "${of_study[@]}" --out $package
}

# sign WHO DECISION [OPTION…]: signs the package with the reviewer's own key, and hands it in.
sign() {
  local who=$1 decision=$2
  local file=$work/reviewers/$who/${package##*/}.$decision.json
  shift 2
  once $who evidence sign-off $package --keys $work/reviewers/$who/keys --role "${role[$who]}" --decision $decision \
    --no-conflicts --name "${person[$who]}" --trust $work/trust.json --out ${file/.evb.zip/} "$@"
  quiet coordinator gate submit --profile $work/reviewers/$who/profile --study $id ${file/.evb.zip/}
  [[ $who != $spotlight ]] ||
    show coordinator gate submit --profile $work/reviewers/$who/profile --study $id ${file/.evb.zip/}
}

# enter PHASE: the study goes on, and every hospital gets and acknowledges what that means for it.
enter() {
  brief 2 coordinator gate advance "${of_study[@]}" --to $1
  wait_until 30 all_acknowledged
}
all_acknowledged() { sites_with '"acknowledged":true' ${#sites[@]}; }

# exposure SITE EXPECTED: what the record system of a hospital asks before it shows a score.
exposure() { run $2 site-agent exposure --study $id --directory $work/hospitals/$1/agent; }

say "Three reviewers make their own keys; only the fingerprints leave their machines"
sixty_four() { printf "$1%.0s" {1..64}; }
cp $example/protocol.json $work/protocol-1.json
cp $example/protocol-2.json $work/protocol-2.json
place=1
for who in "${reviewers[@]}"; do
  mkdir -p $work/reviewers/$who
  printed=$(evidence keys create --out $work/reviewers/$who/keys 2>&1)
  if [[ $who == ${reviewers[0]} ]]; then
    show evidence keys create --out $work/reviewers/$who/keys
    echo "$printed"
  fi
  # What the example leaves open has the length of what replaces it: sixty-four times the reviewer's digit.
  key=$(sed -n 's/^in protocols: sha256://p' <<<"$printed")
  sed -i "s/$(sixty_four $place)/$key/g" $work/protocol-[12].json
  quiet evidence trust add --trust $work/trust.json --reviewer "${person[$who]}" --fingerprint sha256:$key
  place=$((place + 1))
done
previous=$(sha256sum <$work/protocol-1.json)
sed -i "s/$(sixty_four 0)/${previous%% *}/" $work/protocol-2.json

set_up_coordinator

say "The vendor publishes version 1 of the protocol, with the criteria and the reviewers' keys, and release 1.0"
run 0 evidence protocol lint $work/protocol-1.json
run 0 coordinator protocol publish --profile $vendor $work/protocol-1.json
run 0 coordinator model publish "${of_study[@]}" "${model[@]}" --model-card $example/model-card.json
run 0 evidence trust add --trust $work/trust.json --coordinator \
  --fingerprint "$(coordinator status --profile $vendor | fingerprint)"

say "The reviewers get access to read and to hand in; their signing keys stay where they are"
for who in "${reviewers[@]}"; do
  once $who coordinator user invite --profile $vendor --role reviewer --name "${person[$who]}" \
    --out $work/invitations/$who.json
  once $who coordinator join $work/invitations/$who.json --profile $work/reviewers/$who/profile
done

say "The study cannot start before hospitals agree: the coordinator refuses, and says who can clear it"
run 3 coordinator gate advance "${of_study[@]}" --to silent

say "Five hospitals join with one-time invitations and start their agents; hospital $first is shown"
for site in "${sites[@]}"; do
  [[ $site == $first ]] && how="run 0" || how=quiet
  join_hospital "$how" $site
done

say "January and February 2025: the hospitals agree, up to the phase limited, and the study is silent"
extract 2025-03-01T00:00:00Z
consent 1 limited
enter silent
exposure $first 1

say "A first round: two months of data are too few for this gate"
hold_round silent

say "The data-science lead reads the package and rejects, with the reason; the gate stays shut"
review 2025-02-silent
spotlight=okafor
sign okafor reject --comment "Two months do not show whether calibration holds; ask again with a quarter."
spotlight=${reviewers[0]}
run 3 coordinator gate advance "${of_study[@]}" --to limited

say "March: a round on a quarter of data, and everything that the protocol asks for holds"
extract 2025-04-01T00:00:00Z
hold_round silent
run 0 coordinator matrix show "${of_study[@]}"

say "Three reviewers sign on this evidence; the lead's rejection stays in the record beside the new decision"
review 2025-03-silent
sign marsh approve --condition "ward nurses are told what the score does not see"
sign okafor approve --comment "The round with March answers what I rejected: calibration holds over a quarter."
sign winter approve
run 0 coordinator gate status "${of_study[@]}"

say "The study enters limited: each hospital gets a signed grant for three days, and scores may be shown"
enter limited
exposure $first 0
run 0 site-agent status --directory $work/hospitals/$first/agent

say "April to June: release 1.1 is better; version 2 of the protocol sends the study back to silent"
run 0 coordinator protocol publish --profile $vendor $work/protocol-2.json
run 0 coordinator model publish "${of_study[@]}" --model $example/model-2.json \
  --model-card $example/model-card-2.json
wait_until 30 all_acknowledged
exposure $first 1

say "The hospitals agree to version 2, this time up to broad; hospital $lagging goes only to limited"
extract 2025-07-01T00:00:00Z
consent 2 broad
hold_round silent
review 2025-06-silent
for who in "${reviewers[@]}"; do sign $who approve; done
enter limited
exposure $first 0

say "July to September: a round in limited, three signatures, and the study is broad; $lagging stays behind"
extract 2025-10-01T00:00:00Z
hold_round limited
review 2025-09-limited
for who in "${reviewers[@]}"; do sign $who approve; done
enter broad
exposure $first 0
exposure $lagging 0

say "A drill: every hospital gets a stop order that is marked as one, and says that it arrived"
brief 2 coordinator gate hold "${of_study[@]}" --drill --reason "yearly rehearsal of a stop"
wait_until 30 sites_with '"closedAt":' 1
run 0 site-agent status --directory $work/hospitals/$first/agent
exposure $first 0

say "October to December: after a change at its laboratory the score of hospital $drifting means nothing any more"
extract 2026-01-01T00:00:00Z
hold_round broad

say "The stop criterion of the newest month fails there, and the study is held, with nobody asked"
wait_until 30 all_acknowledged
run 0 coordinator gate status "${of_study[@]}"
exposure $first 1
exposure $lagging 1
incident=$(coordinator gate status "${of_study[@]}" | sed -n 's/^ *\(x-[^ ]*\)  open .*/\1/p')

say "Hospital $drifting lists, for itself, the patients whose score was wrong"
run 0 site-agent incident affected --directory $work/hospitals/$drifting/agent --study $id --incident $incident \
  --from 2025-10-01T00:00:00Z --to 2026-01-01T00:00:00Z --threshold 0.1 \
  --protocol $(sha256sum <$work/protocol-2.json | cut -c -64) --out $work/hospitals/$drifting/affected.csv

say "What is known is written down: the change that explains it, an owner, a runbook, the corrective action"
brief 2 coordinator change add "${of_study[@]}" --kind sourceSystem --site $drifting --at 2025-10-01T00:00:00Z \
  --text "new analyser: lactate and white cells are reported in other units"
brief 2 coordinator incident note "${of_study[@]}" --incident $incident --owner "Dr Ada Marsh" \
  --runbook "runbook 7: wrong inputs" --text "$drifting changed its analyser; the feed was not told" \
  --corrective-action "back to release 1.0, which reads neither value; release 1.1 returns with a unit check"

say "Three reviewers sign the way back: release 1.0, in limited, for this incident"
review 2025-12-restart
for who in "${reviewers[@]}"; do
  sign $who approve --gate restart --phase limited --protocol-version 1
done
brief 2 coordinator gate rollback "${of_study[@]}" --version 1 --phase limited
wait_until 30 all_acknowledged
exposure $first 0
exposure $drifting 0
run 0 coordinator gate status "${of_study[@]}"
run 0 coordinator audit verify --profile $vendor

say "Everything is sealed into one bundle: numbers, signatures, grants, the stop and the order of events"
run 0 coordinator evidence seal "${of_study[@]}"
run 0 coordinator evidence export "${of_study[@]}" --out $work/sealed
run 0 coordinator round export "${of_study[@]}" --out $work/round
submissions=$work/round/submissions
