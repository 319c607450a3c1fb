import type {ServerDetail} from '../../api/servers.ts'
import {text} from '../../i18n/text.ts'
import {Checkbox} from '../../ui/Checkbox.tsx'
import {Field} from '../../ui/Field.tsx'
import {unitStep} from '../../ui/format.ts'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {Select} from '../../ui/Select.tsx'
import {layouts, startModes, type AddOptions, type Layout, type StartMode} from './add-options.ts'
import {reasonAgainst} from './offered.ts'

/** What a chosen server does not have stays in sight, with the reason. */
export function MoreOptions({
  options,
  set,
  details,
}: {
  options: AddOptions
  set: (change: Partial<AddOptions>) => void
  details: readonly ServerDetail[]
}) {
  const against = (feature: string) => reasonAgainst(feature, details)
  return (
    <div className="grid gap-3">
      <div className="grid grid-cols-2 gap-3">
        <Field label={text('add.start')}>
          <Select<StartMode>
            value={options.start}
            onChange={(start) => set({start})}
            options={startModes.map((value) => ({
              value,
              label: text(`add.start.${value}`),
              disabledReason: needsCondition(value) ? against('addStopCondition') : undefined,
            }))}
          />
        </Field>
        <Field label={text('add.layout')}>
          <Select<Layout>
            value={options.layout}
            onChange={(layout) => set({layout})}
            options={layouts.map((value) => ({
              value,
              label: text(`add.layout.${value}`),
              disabledReason: value === 'as-server' ? undefined : against('addContentLayout'),
            }))}
          />
        </Field>
      </div>
      <Limits options={options} set={set} />
      <div className="grid gap-2">
        <Checkbox
          label={text('action.sequential')}
          checked={options.sequential}
          disabledReason={against('addSequential')}
          onChange={(sequential) => set({sequential})}
        />
        <Checkbox
          label={text('action.first-last')}
          checked={options.firstLast}
          disabledReason={against('addFirstLast')}
          onChange={(firstLast) => set({firstLast})}
        />
        <Checkbox
          label={text('add.skip-check')}
          hint={text('add.skip-check.hint')}
          checked={options.skipCheck}
          disabledReason={against('addSkipCheck')}
          onChange={(skipCheck) => set({skipCheck})}
        />
      </div>
    </div>
  )
}

function needsCondition(start: StartMode): boolean {
  return start === 'metadata' || start === 'filesChecked'
}

function Limits({options, set}: {options: AddOptions; set: (change: Partial<AddOptions>) => void}) {
  const step = unitStep()
  const speed = step === 1024 ? 'KiB/s' : 'kB/s'
  const input = (
    label: 'set-limits.down' | 'set-limits.up' | 'set-limits.ratio' | 'set-limits.seedingTime',
    value: number | null,
    unit: string,
    change: (value: number | null) => void,
  ) => (
    <Field label={text(label)}>
      <NumberInput
        value={value}
        min={0}
        unit={unit}
        placeholder={text('set-limits.none')}
        onChange={change}
      />
    </Field>
  )
  const {downLimit, upLimit, ratioLimit, seedingTime} = options
  return (
    <div className="grid grid-cols-2 gap-3">
      {input('set-limits.down', per(downLimit, step), speed, (it) => set({downLimit: times(it, step)}))}
      {input('set-limits.up', per(upLimit, step), speed, (it) => set({upLimit: times(it, step)}))}
      {input('set-limits.ratio', ratioLimit, '', (it) => set({ratioLimit: it}))}
      {input('set-limits.seedingTime', per(seedingTime, 60), text('unit.minute'), (it) =>
        set({seedingTime: times(it, 60)}),
      )}
    </div>
  )
}

function per(value: number | null, unit: number): number | null {
  return value === null ? null : Number((value / unit).toPrecision(6))
}

function times(value: number | null, unit: number): number | null {
  return value === null ? null : value * unit
}
