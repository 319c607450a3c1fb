import {useQuery} from '@tanstack/react-query'
import {useNavigate} from '@tanstack/react-router'
import {useState} from 'react'
import {ruleExamplesQuery} from '../../api/rules.ts'
import {text} from '../../i18n/text.ts'
import {Select} from '../../ui/Select.tsx'
import {RuleEditor} from './RuleEditor.tsx'

const BLANK = ''

/** It is more use to change something than to begin with nothing. */
const blank = `name: Well seeded and old
scope: {privacy: public}
when:
  all:
    - {fact: complete, op: eq, value: true}
    - {fact: ratio, op: gt, value: 2}
    - {fact: age, op: gt, value: 14d}
do:
  - {action: removeWithData}
guards: {maxPerRun: 10, maxPerDay: 50}
`

/** A rule that is being written: from an example, with what it would do beside it. */
export function NewRule() {
  const {data: examples} = useQuery(ruleExamplesQuery)
  const [chosen, setChosen] = useState(BLANK)
  const navigate = useNavigate()
  const example = examples?.find(({name}) => name === chosen)
  return (
    <RuleEditor
      key={chosen}
      rule={null}
      begin={example?.yaml ?? blank}
      mayEdit
      onSaved={({id}) => void navigate({to: '/rules', search: {rule: id}})}
      renderHead={() => (
        <div className="grid gap-2">
          <h1 className="text-20/tight font-bold tracking-[-.015em]">{text('rules.new')}</h1>
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="text-12 font-medium text-text-2">{text('rules.begin')}</span>
            <Select
              value={chosen}
              onChange={setChosen}
              label={text('rules.begin')}
              options={[
                {value: BLANK, label: text('rules.begin.blank')},
                ...(examples ?? []).map(({name}) => ({value: name, label: name})),
              ]}
              className="w-60! max-w-full"
            />
          </div>
          <p className="text-text-2">{example?.says ?? text('rules.begin.blank.says')}</p>
        </div>
      )}
    />
  )
}
