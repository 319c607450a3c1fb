/** The order in which people read what the configuration lost. Pure. */

/** A name with a dot in it stands in quotes, with its dot: then the section is all that they hold. */
const wholeSection = /^(?:[\w-]+|"(?:[^"\\]|\\.)*")$/

/**
 * In the order in which people read what the configuration lost: whole sections before single settings of others.
 * @param settings as the program names them: tables, rows and keys, joined by dots
 */
export function sectionsFirst(settings: readonly string[]): readonly string[] {
  const [sections, others] = [true, false].map((isWhole) =>
    settings.filter((name) => wholeSection.test(name) === isWhole),
  ) as [string[], string[]]
  return [...sections, ...others]
}
