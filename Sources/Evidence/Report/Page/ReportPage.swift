/// The parts that every section is made of.
struct ReportPage {
  /// The masthead.
  var head = HTMLWriter()
  /// The sections.
  private var body = HTMLWriter()
  let data: ReportData
  let notice: DataNotice?
  /// Sections so far, for the contents.
  private var sections: [(id: String, title: String)] = []

  init(_ data: ReportData) {
    self.data = data
    notice = DataNotice(data)
  }

  /// A numbered section with its heading and, where data are not clinical, the word for it.
  mutating func section(id: String, _ title: String, _ content: (inout HTMLWriter) -> Void) {
    sections.append((id, title))
    let number = sections.count
    body.newline()
    body.element("section", ["id": id, "aria-labelledby": "\(id)-heading"]) { section in
      section.element("h2", ["id": "\(id)-heading"]) { heading in
        heading.element("span", ["class": "number"], "\(number)")
        heading.text(" \(title)")
        if let notice { heading.element("span", ["class": "tag"], notice.tag) }
      }
      content(&section)
    }
  }

  /// The whole of `body`: masthead, contents, sections, foot.
  func assembled(foot: String = "Rendered by \(reportRenderer) from the files of this bundle.") -> HTMLWriter
  {
    var html = HTMLWriter()
    html.append(patterns)
    html.append(head)
    html.newline()
    html.element("nav", ["aria-label": "Contents"]) { nav in
      nav.element("ol") { list in
        for section in sections {
          list.element("li") { $0.element("a", ["href": "#\(section.id)"], section.title) }
        }
      }
    }
    html.newline()
    html.element("main") { $0.append(body) }
    html.newline()
    html.element("footer", foot)
    return html
  }

  // What figures fill withheld fields with.
  private var patterns: HTMLWriter {
    var html = HTMLWriter()
    html.element("svg", ["class": "defs", "aria-hidden": "true"]) { svg in
      svg.element("defs") { defs in
        defs.element(
          "pattern",
          [
            "id": "hatch", "width": "8", "height": "8", "patternUnits": "userSpaceOnUse",
            "patternTransform": "rotate(45)",
          ]
        ) { pattern in
          pattern.element("rect", ["width": "8", "height": "8", "fill": "#fff"]) { _ in }
          pattern.element("rect", ["width": "4", "height": "8", "fill": "#dfe4e8"]) { _ in }
        }
      }
    }
    return html
  }
}

extension HTMLWriter {
  /// A paragraph.
  mutating func paragraph(_ text: String, class name: String = "") {
    newline()
    if name.isEmpty { element("p", text) } else { element("p", ["class": name], text) }
  }

  /// A bulleted list.
  mutating func list(_ texts: [String], class name: String = "plain") {
    guard !texts.isEmpty else { return }
    newline()
    element("ul", ["class": name]) { list in
      for text in texts { list.element("li", text) }
    }
  }

  /// Detail that is folded away on a screen and unfolded on paper.
  mutating func folded(_ summary: String, _ content: (inout HTMLWriter) -> Void) {
    newline()
    element("details") { block in
      block.element("summary", summary)
      content(&block)
    }
  }

  /// A row of a table: what it is about, then cells of words or numbers.
  mutating func line(_ head: String, _ cells: [String], class name: String = "") {
    func write(_ row: inout HTMLWriter) {
      row.element("th", ["scope": "row"], head)
      for cell in cells { row.element("td", cell) }
    }
    if name.isEmpty { element("tr", [:], write) } else { element("tr", ["class": name], write) }
  }

  /// Terms and what they are.
  mutating func definitions(_ pairs: [(term: String, text: String)], class name: String = "facts") {
    newline()
    element("dl", ["class": name]) { list in
      for pair in pairs {
        list.element("div") { entry in
          entry.element("dt", pair.term)
          entry.element("dd", pair.text)
        }
      }
    }
  }

  /// A table with its caption and one header cell a column.
  mutating func table(
    _ caption: String, class name: String = "numbers", columns: [String],
    _ body: (inout HTMLWriter) -> Void
  ) {
    newline()
    element("div", ["class": "scroll"]) { frame in
      frame.element("table", ["class": name]) { table in
        table.element("caption", caption)
        table.element("thead") { head in
          head.element("tr") { row in
            for column in columns { row.element("th", ["scope": "col"], column) }
          }
        }
        table.element("tbody") { body(&$0) }
      }
    }
  }
}
