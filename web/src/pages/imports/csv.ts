export type CsvPreview = { delimiter: string; headers: string[]; rows: string[][] }

const DELIMITERS = [",", ";", "\t", "|"]
const READ = 128 * 1024

/** Reads the column names and the first rows of a CSV file (RFC 4180). The server reads the rest. */
export async function previewCsv(file: File, rows = 5): Promise<CsvPreview> {
  const text = (await file.slice(0, READ).text()).replace(/^\uFEFF/, "")
  const delimiter = delimiterOf(text)
  const [headers = [], ...rest] = parse(text, delimiter, rows + 1)
  return { delimiter, headers: headers.map((header) => header.trim()), rows: rest }
}

/** The delimiter of a file: the one that stands most often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const counts = DELIMITERS.map((delimiter) => (parse(text, delimiter, 1)[0] ?? []).length)
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ","
}

function parse(text: string, delimiter: string, limit: number): string[][] {
  const records: string[][] = []
  let record: string[] = []
  let cell = ""
  let quoted = false
  const end = () => {
    record.push(cell)
    cell = ""
    if (record.some((cell) => cell !== "")) records.push(record)
    record = []
  }
  for (let at = 0; at < text.length && records.length < limit; at++) {
    const sign = text[at]
    if (quoted && sign === '"' && text[at + 1] === '"') {
      cell += '"'
      at++
    } else if (sign === '"' && (quoted || cell === "")) quoted = !quoted
    else if (quoted) cell += sign
    else if (sign === delimiter) {
      record.push(cell)
      cell = ""
    } else if (sign === "\n") end()
    else if (sign !== "\r") cell += sign
  }
  if (records.length < limit && (cell !== "" || record.length > 0)) end()
  return records
}
