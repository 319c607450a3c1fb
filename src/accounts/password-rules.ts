/** Which passwords are taken: long ones that a guesser does not try among the first thousand. */
import {CommodarrError} from '#model/errors.ts'

const LEAST_CHARACTERS = 10
const MOST_BYTES = 1024
/** Fewer different characters than this are a pattern. */
const LEAST_DIFFERENT = 4
/** What must be left of a password when its well-known part is taken away. */
const LEAST_OWN = 4

/** @throws {CommodarrError} weak_password, with what is wrong about it */
export function checkNewPassword(password: string, userName: string): void {
  const objection = objectionTo(password, userName)
  if (objection !== null) throw new CommodarrError('weak_password', objection)
}

function objectionTo(password: string, userName: string): string | null {
  if ([...password].length < LEAST_CHARACTERS) {
    return `A password has at least ${LEAST_CHARACTERS} characters; a few words in a row are easy to remember.`
  }
  if (Buffer.byteLength(password) > MOST_BYTES) return `A password has at most ${MOST_BYTES} bytes.`
  if (isNearly(folded(password), folded(userName))) return 'The password must not be the name of its user.'
  return isWellKnown(password) ? 'This password is too easy to guess.' : null
}

/** The name itself, twice, with a year or signs around it. */
function isNearly(password: string, name: string): boolean {
  const core = coreOf(name)
  if (password === name || (core !== '' && coreOf(password) === core)) return true
  return password.includes(name) && password.replaceAll(name, '').length < LEAST_OWN
}

function isWellKnown(password: string): boolean {
  const text = folded(password)
  if (new Set(text).size < LEAST_DIFFERENT) return true
  if (isInARow(text)) return true
  return commonCores.has(coreOf(text)) || commonCores.has(coreOf(withoutSigns(text)))
}

function isInARow(text: string): boolean {
  const backwards = [...text].toReversed().join('')
  return rows.some((row) => row.includes(text) || row.includes(backwards))
}

/** Without digits and signs at its ends. */
function coreOf(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
}

const letterOf: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
  '!': 'i',
}

/** Signs in the middle read as the letters they stand for; those at the end are decoration. */
function withoutSigns(text: string): string {
  return text.replace(/[^\p{L}]+$/u, '').replace(/[013457@$!]/g, (sign) => letterOf[sign] ?? sign)
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/**
 * What guessers try first, as its core: lower case, no digits and signs at either end, the usual signs for letters
 * turned back (`P@ssw0rd2024!` is `password`). Shorter ones need no place here, they are too short anyway, unless
 * something is commonly put around them.
 */
const commonCores: ReadonlySet<string> = new Set(
  `
  abcdefghij abcdefghijk abcabcabc academia access accountadmin admin adminadmin administration administrator
  alexander america andrea angel angels anthony apple arsenal asdasdasd asdfasdf asdfasdfasdf asdfghjkl asshole austin
  babygirl bailey banana barcelona baseball basketball batman beautiful blahblah blink boomer brandon butterfly
  buttercup changeit changeme changemenow changethis charlie cheese chelsea chocolate christian commodarr computer
  computers cookie corvette cowboys database default defaultpassword diamond dolphin dolphins donald download
  downloader dragon dragonball einstein elephant eminem enterprise family fender ferrari firstpassword flower football
  footballs forever freedom friends fuckoff fuckyou gateway gandalf george ginger girls goodmorning guest
  hahaha halloween hannah harley hello hellohello helloworld hockey homeserver hunter iamgod iceman idontknow
  iloveme iloveyou iloveyousomuch incorrect internet isabella jackson jasmine jellyfin jennifer jessica jesuschrist
  jordan joshua justin killer kubernetes ladybug lakers letmein letmeinnow letmeinplease lidarr linkinpark liverpool
  localhost login loginlogin logmein london love loveme lovely lovelove loveyou madison maggie manchester manchesterunited
  manager marina mariposa marlboro martin master masterkey matrix matthew maverick megadeth mercedes merlin michael
  michelle microsoft midnight minecraft money monkey monkeys monster morgan mustang mypassword mypass naruto nascar
  nathan newpassword nicholas nicole ninja nopassword nothing oneplusone orange pa passpass passphrase passw passwd
  passwordadmin passwordpassword password passwords passwort patrick peanut pepper phoenix plex pokemon portugal
  princess princesses private purple qazwsx qazwsxedc qazwsxedcrfv qbittorrent qbitrr qweasd qweasdzxc qweqweqwe
  qwer qwert qwerty qwertyqwerty qwertyu qwertyui qwertyuiop qwertyuiopasdf qwertz qwertzuiop rabbit rachel radarr
  raspberry raspberrypi rainbow readarr rebecca redsox root rootroot rtorrent rush samantha samsung sandra scooter
  seedbox secret secretpassword secrets server shadow silver simple skywalker slayer slipknot smokey snoopy soccer
  sonarr sophie spiderman starwars steelers stupid summer sunflower sunshine super superman superuser supersecret
  supervisor sweety synology system takeitfast taylor tempadmin temppassword temporary test tester testing
  testpassword testtest thankyou thomas thunder tigger tinkerbell torrent torrents transmission trustno trustnoone
  ubuntu unknown user username vanessa victoria vuze welcome welcomehome whatever william winner winter wordpass
  yankees yellow zaqwsx zxcvbn zxcvbnm
  `
    .trim()
    .split(/\s+/),
)

/** Keys and letters in a row, as fingers find them. */
const rows: readonly string[] = [
  '01234567890123456789',
  'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '1q2w3e4r5t6y7u8i9o0p',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qazwsxedcrfvtgbyhnujmikolp',
]
