import {useQuery} from '@tanstack/react-query'
import {useState, type FormEvent} from 'react'
import type {TrackerProfile} from '../../api/tracker-names.ts'
import {previewProfile, seenTrackersQuery, type OwingChange} from '../../api/trackers.ts'
import type {Problem} from '../../api/problem.ts'
import {text, type TextKey} from '../../i18n/text.ts'
import {useServers} from '../../live/servers.ts'
import {Button} from '../../ui/Button.tsx'
import {ColourPicker} from '../../ui/ColourPicker.tsx'
import {Dialog} from '../../ui/Dialog.tsx'
import {Field} from '../../ui/Field.tsx'
import {Fold} from '../../ui/Fold.tsx'
import {bytes, count, written} from '../../ui/format.ts'
import {Input, TextArea} from '../../ui/Input.tsx'
import {MultiCombobox} from '../../ui/MultiCombobox.tsx'
import {Note} from '../../ui/Note.tsx'
import {NumberInput} from '../../ui/NumberInput.tsx'
import {Segmented} from '../../ui/Segmented.tsx'
import {Select} from '../../ui/Select.tsx'
import {Switch} from '../../ui/Switch.tsx'
import {TextButton} from '../../ui/TextButton.tsx'
import {useSending} from '../../ui/use-sending.ts'
import {saveProfile} from './kept-profile.ts'
import {
  draftFrom,
  emptyProfile,
  errorAt,
  formFields,
  hostsAlone,
  hostsTyped,
  timeUnits,
  typedFrom,
  type FormField,
  type TimeUnit,
  type TypedProfile,
  type TypedTime,
} from './profile-form.ts'

/** What a tracker requires, for a new profile or one that is there. What would end what torrents owe is asked about first. */
export function ProfileDialog({
  profile,
  begun,
  onClose,
}: {
  /** `null` = a new one. */
  profile: TrackerProfile | null
  /** Of a new one: what is known of its tracker. */
  begun?: Partial<TypedProfile> | undefined
  onClose: () => void
}) {
  const [typed, setTyped] = useState<TypedProfile>(profile ? typedFrom(profile) : {...emptyProfile, ...begun})
  /** What the draft would end; `null` = it was not asked, or was changed since. */
  const [effect, setEffect] = useState<OwingChange | null>(null)
  const {send, isBusy, error, problem} = useSending()
  const change = (changed: Partial<TypedProfile>) => {
    setTyped({...typed, ...changed})
    setEffect(null)
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    void send(async () => {
      const draft = draftFrom(typed)
      const known = effect ?? (await previewProfile(profile?.id ?? null, draft)).effect
      if (effect === null && known.stops_owing > 0) return setEffect(known)
      await saveProfile(profile, draft, known.stops_owing)
      onClose()
    })
  }
  const isOther = problem === null || problem.fields.every(({field}) => !isOfForm(field))
  return (
    <Dialog
      open
      onOpenChange={onClose}
      size="m"
      title={profile ? text('tracker-form.edit', {name: profile.name}) : text('tracker-form.new')}
      footer={
        <>
          <Button onClick={onClose}>{text('tracker-form.cancel')}</Button>
          <Button
            type="submit"
            form="tracker-profile"
            variant={effect === null ? 'primary' : 'dangerFill'}
            waitsFor={isBusy ? text('tracker-form.saving') : undefined}
          >
            {text(effect === null ? 'tracker-form.save' : 'tracker-form.save-anyway')}
          </Button>
        </>
      }
    >
      <form id="tracker-profile" className="grid gap-4" onSubmit={submit} noValidate>
        <WhichTracker typed={typed} change={change} problem={problem} />
        <Requirement typed={typed} change={change} problem={problem} />
        <Limits typed={typed} change={change} problem={problem} />
        <Phrases typed={typed} change={change} problem={problem} />
        {effect !== null && <EffectNote effect={effect} />}
        {error !== '' && isOther && (
          <Note tone="bad" isNews>
            {error}
          </Note>
        )}
      </form>
    </Dialog>
  )
}

function isOfForm(field: string): boolean {
  return formFields.some((it) => field === it || field.startsWith(`${it}.`))
}

/** What a change means for torrents that are here now. */
export function EffectNote({effect}: {effect: OwingChange}) {
  const {stops_owing: stops, bytes_that_stop: size, starts_owing: starts} = effect
  return (
    <Note tone={stops > 0 ? 'warn' : 'info'} isNews>
      {stops > 0 && (
        <b>
          {text('tracker-effect.stops', {count: stops, shown: count(stops), size: written(bytes(size))})}{' '}
        </b>
      )}
      {starts > 0 && text('tracker-effect.starts', {count: starts, shown: count(starts)})}
      {stops + starts === 0 && text('tracker-effect.none')}
    </Note>
  )
}

interface PartProps {
  typed: TypedProfile
  change: (changed: Partial<TypedProfile>) => void
  problem: Problem | null
}

function WhichTracker({typed, change, problem}: PartProps) {
  const servers = useServers() ?? []
  const error = (field: FormField) => errorAt(problem, field)
  return (
    <>
      <Field label={text('tracker-form.name')} error={error('name')}>
        <Input value={typed.name} onChange={(event) => change({name: event.target.value})} required />
      </Field>
      <Field label={text('tracker-form.colour')} error={error('colour')}>
        <ColourPicker
          label={text('tracker-form.colour')}
          value={typed.colour}
          onChange={(colour) => change({colour})}
        />
      </Field>
      <Field label={text('tracker-form.hosts')} hint={text('tracker-form.hosts.hint')} error={error('hosts')}>
        <TextArea
          isMono
          spellCheck={false}
          value={typed.hosts}
          onChange={(event) => change({hosts: hostsTyped(event.target.value, typed.hosts)})}
          onBlur={() => change({hosts: hostsAlone(typed.hosts)})}
        />
      </Field>
      <HostSuggestions typed={typed} change={change} />
      <Field
        label={text('tracker-form.servers')}
        hint={text('tracker-form.servers.hint')}
        error={error('servers')}
        optional
      >
        <MultiCombobox
          label={text('tracker-form.servers')}
          values={typed.servers}
          onChange={(values) => change({servers: values})}
          options={servers.map((it) => ({value: it.server_id, label: it.server_name}))}
        />
      </Field>
    </>
  )
}

const MOST_SUGGESTED = 4

/** Trackers without a profile whose name is like this one's: one tracker may have several domains. */
function HostSuggestions({typed, change}: Pick<PartProps, 'typed' | 'change'>) {
  const {data: seen = []} = useQuery(seenTrackersQuery)
  const there = typed.hosts.split(/\s+/).filter((it) => it !== '')
  const stem = (there[0] ?? typed.name).toLowerCase().split('.')[0]!.slice(0, 5)
  if (stem.length < 3) return null
  const others = seen.filter(
    ({profile_id: id, key, name}) =>
      id === null && name !== '' && name.includes(stem) && !there.includes(key),
  )
  if (others.length === 0) return null
  return (
    <p className="-mt-2 flex flex-wrap gap-x-4 gap-y-1">
      {others.slice(0, MOST_SUGGESTED).map(({key}) => (
        <TextButton key={key} onClick={() => change({hosts: [...there, key].join('\n')})}>
          {text('tracker-form.hosts.add', {host: key})}
        </TextButton>
      ))}
    </p>
  )
}

const needs = ['none', 'either', 'both'] as const
const legendClass = 'pb-1 font-bold'
const pairClass = 'grid grid-cols-2 gap-3 max-phone:grid-cols-1'

function Requirement({typed, change, problem}: PartProps) {
  const error = (field: FormField) => errorAt(problem, field)
  const whole = problem?.fields.filter(({field}) => field === 'obligation') ?? []
  return (
    <fieldset className="grid min-w-0 gap-3">
      <legend className={legendClass}>{text('tracker-form.requires')}</legend>
      <p className="text-12 text-pretty text-text-3">
        {text(typed.need === 'none' ? 'tracker-form.need.none.hint' : 'tracker-form.requires.hint')}
      </p>
      <Segmented
        label={text('tracker-form.need')}
        value={typed.need}
        onChange={(need) => change({need})}
        options={needs.map((value) => ({value, label: text(`tracker-form.need.${value}`)}))}
        className="justify-self-start"
      />
      {typed.need !== 'none' && (
        <div className={pairClass}>
          <Field
            label={text('tracker-form.ratio')}
            hint={text('tracker-form.ratio.hint')}
            error={error('obligation.ratio')}
          >
            <NumberInput
              value={typed.ratio}
              onChange={(value) => change({ratio: value})}
              min={0}
              step={0.1}
            />
          </Field>
          <TimeField
            label="tracker-form.time"
            hint="tracker-form.time.hint"
            value={typed.time}
            onChange={(time) => change({time})}
            error={error('obligation.time')}
          />
          <TimeField
            label="tracker-form.grace"
            hint="tracker-form.grace.hint"
            value={typed.grace}
            onChange={(grace) => change({grace})}
            error={error('obligation.grace')}
          />
          <Field
            label={text('tracker-form.from')}
            hint={text('tracker-form.from.hint')}
            error={error('obligation.from_progress')}
          >
            <NumberInput value={typed.from} onChange={(from) => change({from})} min={0} max={100} unit="%" />
          </Field>
          <Field label={text('tracker-form.partial')} error={error('obligation.partial_ratio')}>
            <NumberInput value={typed.partial} onChange={(partial) => change({partial})} min={0} step={0.1} />
          </Field>
        </div>
      )}
      {whole.length > 0 && (
        <Note tone="bad" isNews>
          {errorAt(problem, 'obligation')}
        </Note>
      )}
    </fieldset>
  )
}

function Limits({typed, change, problem}: PartProps) {
  const error = (field: FormField) => errorAt(problem, field)
  const isWrong = problem?.fields.some(({field}) => field.startsWith('limits')) ?? false
  return (
    <Fold title={text('tracker-form.limits')} titleClass="font-bold" isForced={isWrong}>
      <div className="grid gap-3 pt-1">
        <p className="text-12 text-pretty text-text-3">{text('tracker-form.limits.hint')}</p>
        <div className={pairClass}>
          <Field label={text('tracker-form.max-ratio')} error={error('limits.max_ratio')} optional>
            <NumberInput
              value={typed.maxRatio}
              onChange={(value) => change({maxRatio: value})}
              min={0}
              step={0.1}
            />
          </Field>
          <TimeField
            label="tracker-form.max-time"
            value={typed.maxTime}
            onChange={(maxTime) => change({maxTime})}
            error={error('limits.max_seeding_time')}
            isOptional
          />
          <TimeField
            label="tracker-form.max-eta"
            value={typed.maxEta}
            onChange={(maxEta) => change({maxEta})}
            error={error('limits.max_eta')}
            isOptional
          />
          <Field
            label={text('tracker-form.priority')}
            hint={text('tracker-form.priority.hint')}
            error={error('limits.priority')}
            optional
          >
            <NumberInput value={typed.priority} onChange={(priority) => change({priority})} />
          </Field>
          <Field label={text('tracker-form.down')} error={error('limits.down_rate')} optional>
            <NumberInput value={typed.down} onChange={(down) => change({down})} min={0} unit="KiB/s" />
          </Field>
          <Field label={text('tracker-form.up')} error={error('limits.up_rate')} optional>
            <NumberInput value={typed.up} onChange={(up) => change({up})} min={0} unit="KiB/s" />
          </Field>
        </div>
        <Switch
          checked={typed.superSeed}
          onChange={(superSeed) => change({superSeed})}
          label={text('tracker-form.super')}
        />
        <Field label={text('tracker-form.tags')} error={error('limits.tags')} optional>
          <MultiCombobox
            label={text('tracker-form.tags')}
            values={typed.tags}
            onChange={(tags) => change({tags})}
            options={typed.tags.map((value) => ({value, label: value}))}
            createLabel={(entered) => text('tracker-form.tags.create', {typed: entered})}
          />
        </Field>
      </div>
    </Fold>
  )
}

function Phrases({typed, change, problem}: PartProps) {
  const error = (field: FormField) => errorAt(problem, field)
  const isWrong = problem?.fields.some(({field}) => field.startsWith('phrases')) ?? false
  return (
    <Fold title={text('tracker-form.phrases')} titleClass="font-bold" isForced={isWrong}>
      <div className="grid gap-3 pt-1">
        <p className="text-12 text-pretty text-text-3">{text('tracker-form.phrases.hint')}</p>
        <Field label={text('tracker-form.unregistered')} error={error('phrases.unregistered')} optional>
          <TextArea
            value={typed.unregistered}
            onChange={(event) => change({unregistered: event.target.value})}
          />
        </Field>
        <Field
          label={text('tracker-form.ignored')}
          hint={text('tracker-form.ignored.hint')}
          error={error('phrases.ignored')}
          optional
        >
          <TextArea value={typed.ignored} onChange={(event) => change({ignored: event.target.value})} />
        </Field>
      </div>
    </Fold>
  )
}

const unitNames = Object.keys(timeUnits) as readonly TimeUnit[]

function TimeField({
  label,
  hint,
  value,
  onChange,
  error,
  isOptional = false,
}: {
  label: TextKey
  hint?: TextKey
  value: TypedTime
  onChange: (value: TypedTime) => void
  error: string
  isOptional?: boolean
}) {
  const name = text(label)
  return (
    <Field label={name} hint={hint && text(hint)} error={error} optional={isOptional}>
      <span className="grid grid-cols-[minmax(0,1fr)_112px] gap-1.5">
        <NumberInput value={value.value} onChange={(typed) => onChange({...value, value: typed})} min={0} />
        <UnitSelect name={name} value={value.unit} onChange={(unit) => onChange({...value, unit})} />
      </span>
    </Field>
  )
}

function UnitSelect({
  name,
  value,
  onChange,
}: {
  name: string
  value: TimeUnit
  onChange: (unit: TimeUnit) => void
}) {
  const label = text('tracker-form.unit', {name})
  return (
    <Select
      id={`unit-${name}`}
      label={label}
      value={value}
      onChange={onChange}
      options={unitNames.map((unit) => ({value: unit, label: text(`tracker-form.unit.${unit}`)}))}
    />
  )
}
