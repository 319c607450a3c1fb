import {Search} from 'lucide-react'
import {useId, useState, type ReactNode} from 'react'
import {languageFields, languageGroups, type LanguageField} from '#search-query/language.ts'
import {text, type TextKey} from '../../../i18n/text.ts'
import {Dialog} from '../../../ui/Dialog.tsx'
import {count} from '../../../ui/format.ts'
import {Input} from '../../../ui/Input.tsx'

/** The forms of the language, each by an example. */
const forms: readonly (readonly [written: string, says: TextKey])[] = [
  ['big bunny', 'search.help.words'],
  ['"big bunny"', 'search.help.exact'],
  ['-sample', 'search.help.not'],
  ['/s\\d\\de\\d\\d/', 'search.help.pattern'],
  ['size>10GB', 'search.help.size'],
  ['ratio:1..2', 'search.help.range'],
  ['added<7d', 'search.help.added'],
  ['state:stalled,error', 'search.help.either'],
  ['(size>10GB OR ratio<1) -sample', 'search.help.or'],
  ['-category:books', 'search.help.exclude'],
  ['tag:none', 'search.help.none'],
  ['is:duplicate', 'search.help.duplicate'],
]

/** Every form and field of the search, to be looked through and taken over. */
export function SearchLanguage({onClose, onTry}: {onClose: () => void; onTry: (written: string) => void}) {
  const [written, setWritten] = useState('')
  const take = (example: string) => {
    onClose()
    // The dialog gives the focus back to where it was; then the box has it.
    requestAnimationFrame(() => onTry(example))
  }
  const asked = written.trim().toLowerCase()
  const shownForms = forms.filter(([example, says]) => matches(asked, [example, text(says)]))
  const fields = languageFields.filter((field) => matches(asked, wordsOf(field)))
  return (
    <Dialog
      open
      size="l"
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={text('search.help')}
      description={text('search.help.intro')}
    >
      <Input
        type="search"
        icon={Search}
        value={written}
        aria-label={text('search-language.find')}
        placeholder={text('search-language.find')}
        onChange={({target}) => setWritten(target.value)}
        end={
          <output className="num shrink-0 text-12 text-text-3">
            {text('search-language.count', {count: fields.length, all: count(fields.length)})}
          </output>
        }
      />
      {shownForms.length > 0 && (
        <Group title={text('search-language.forms')}>
          {shownForms.map(([example, says]) => (
            <Row key={example} example={example} onTake={take}>
              <p>{text(says)}</p>
            </Row>
          ))}
        </Group>
      )}
      {languageGroups.map((group) => {
        const its = fields.filter((field) => field.group === group)
        if (its.length === 0) return null
        return (
          <Group key={group} title={text(`search-language.group.${group}`)}>
            {its.map((field) => (
              <Row key={field.name} example={field.example} onTake={take}>
                <FieldWords {...field} />
              </Row>
            ))}
          </Group>
        )
      })}
      {shownForms.length + fields.length === 0 && (
        <p className="pt-4 text-text-2">{text('search-language.none', {written: written.trim()})}</p>
      )}
      <p className="pt-4 text-12 text-pretty text-text-3">{text('search.help.more')}</p>
    </Dialog>
  )
}

function matches(asked: string, words: readonly string[]): boolean {
  return asked.split(/\s+/).every((part) => words.some((word) => word.toLowerCase().includes(part)))
}

/** What a field is found by. */
function wordsOf({name, also, says, words, units, group}: LanguageField): readonly string[] {
  return [name, ...also, says, ...words, ...units, text(`search-language.group.${group}`)]
}

function Group({title, children}: {title: string; children: ReactNode}) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="sticky -top-1 z-10 bg-raised pt-4 pb-1 text-12 font-bold text-text-2">
        {title}
      </h3>
      <ul>{children}</ul>
    </section>
  )
}

/** What it says, with an example that is taken over. */
function Row({
  example,
  onTake,
  children,
}: {
  example: string
  onTake: (example: string) => void
  children: ReactNode
}) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 border-t border-line py-1.5 max-phone:grid-cols-1">
      <div className="min-w-0 text-12 text-pretty text-text-2">{children}</div>
      <button
        type="button"
        aria-label={text('search-language.take', {example})}
        onClick={() => onTake(example)}
        style={asTyped}
        className="max-w-full justify-self-end truncate rounded-s bg-sunken px-2 py-0.5 text-left font-mono text-12 hover:bg-accent-soft focus-visible:shadow-focus max-phone:min-h-11 max-phone:justify-self-start pointer-coarse:min-h-11"
      >
        {example}
      </button>
    </li>
  )
}

/** `!=` is two letters that somebody has to type. */
const asTyped = {fontVariantLigatures: 'none'} as const

function FieldWords({name, also, says, takes, words, units, operators, isLookedUp}: LanguageField) {
  const accepted =
    takes === 'words'
      ? text('search-language.words', {words: words.join(', ')})
      : text(`search-language.takes.${takes}`)
  return (
    <>
      <p>
        <code className="mr-2 font-mono text-12 font-medium text-text">{name}</code>
        {says}
        {also.length > 0 && (
          <span className="text-text-3"> · {text('search-language.also', {names: also.join(', ')})}</span>
        )}
      </p>
      <p className="text-text-3">
        <code className="mr-2 font-mono text-11" style={asTyped}>
          {operators.join(' ')}
        </code>
        {accepted}
        {units.length > 0 && ` · ${text('search-language.units', {units: units.join(' ')})}`}
        {isLookedUp && ` · ${text('search-language.looked-up')}`}
      </p>
    </>
  )
}
