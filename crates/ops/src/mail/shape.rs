//! What a template may look like, asked before anything is made of it. The engine's parser, its compiler and the code that
//! frees a tree call themselves once for each sign of a chain (`- - - 1`, `a if b else c if …`), and the stack is finite; so the
//! signs are counted first, by the engine's own tokenizer, which cannot see another text than the parser does.
//!
//! Then the tree is looked at, for what the engine does without its cost in fuel:
//! - It repeats and joins lists without making them (`[[1] * 9999] * 9999`). So a list may stand only where it is used up.
//! - It compares and cuts texts for one step however long they are. So one of two that are compared, and what is cut, must be a
//!   field or a written value: these are short, while a name that a template gives may stand for megabytes.

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt, UnaryOpKind};
use minijinja::machinery::{Span, Token, parse, tokenize};
use minijinja::syntax::SyntaxConfig;

use super::bounds::{Bound, DEPTH, SIGNS, SOURCE};

/// Why a template is not looked at further.
#[derive(Debug)]
pub(super) enum Misshapen {
    /// The engine says what is wrong.
    Syntax(minijinja::Error),
    /// It exceeds a bound, on this line.
    TooMuch(Bound, Option<usize>),
    /// Something stands where it may not.
    Forbidden(usize, &'static str),
}

/// Refuses what is too long, too deep or forbidden. Takes little stack whatever the source is, as long as a thread has
/// [`STACK`](super::bounds::STACK).
pub(super) fn check(source: &str, syntax: &SyntaxConfig) -> Result<(), Misshapen> {
    if source.len() > SOURCE {
        return Err(Misshapen::TooMuch(Bound::Source, None));
    }
    count(source, syntax)?;
    let tree = parse(source, "", syntax.clone()).map_err(Misshapen::Syntax)?;
    statement(&tree)
}

/// Counts signs and depth, without a tree.
fn count(source: &str, syntax: &SyntaxConfig) -> Result<(), Misshapen> {
    let (mut signs, mut first, mut depth) = (0, false, Vec::new());
    for token in tokenize(source, false, syntax.clone()) {
        let (token, span) = token.map_err(Misshapen::Syntax)?;
        let line = Some(usize::from(span.start_line));
        match token {
            Token::VariableStart | Token::BlockStart => signs = 0,
            Token::Ident(word) if first => nest(word, &mut depth),
            _ => {}
        }
        first = matches!(token, Token::BlockStart);
        signs += 1;
        // Begin and end of the tag are tokens too.
        if signs > SIGNS + 1 && !matches!(token, Token::VariableEnd | Token::BlockEnd | Token::TemplateData(_)) {
            return Err(Misshapen::TooMuch(Bound::Signs, line));
        }
        if depth.iter().sum::<usize>() > DEPTH {
            return Err(Misshapen::TooMuch(Bound::Depth, line));
        }
    }
    Ok(())
}

/// What the first word of a block does to the depth. Of `set` only the engine knows whether it has an `endset`; it stops at 150
/// statements inside one another by itself, but counts no `elif`.
fn nest(word: &str, depth: &mut Vec<usize>) {
    match word {
        "for" | "if" | "with" | "autoescape" | "filter" => depth.push(1),
        "elif" => {
            if let Some(last) = depth.last_mut() {
                *last += 1;
            }
        }
        "endfor" | "endif" | "endwith" | "endautoescape" | "endfilter" => {
            depth.pop();
        }
        _ => {}
    }
}

/// Whether what an expression gives is used up where it stands, or may be kept or calculated with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// Printed, walked through, compared: a list may stand here.
    There,
    /// Kept under a name, or calculated with: no list may.
    Kept,
}

fn statements(all: &[Stmt]) -> Result<(), Misshapen> {
    all.iter().try_for_each(statement)
}

fn statement(statement: &Stmt) -> Result<(), Misshapen> {
    match statement {
        Stmt::Template(of) => statements(&of.children),
        Stmt::EmitRaw(_) => Ok(()),
        Stmt::EmitExpr(of) => expression(&of.expr, Use::There),
        Stmt::ForLoop(of) => {
            expression(&of.iter, Use::There)?;
            optional(of.filter_expr.as_ref(), Use::There)?;
            statements(&of.body)?;
            statements(&of.else_body)
        }
        Stmt::IfCond(of) => {
            expression(&of.expr, Use::There)?;
            statements(&of.true_body)?;
            statements(&of.false_body)
        }
        Stmt::WithBlock(of) => {
            of.assignments.iter().try_for_each(|(_, value)| expression(value, Use::Kept))?;
            statements(&of.body)
        }
        Stmt::Set(of) => expression(&of.expr, Use::Kept),
        Stmt::SetBlock(of) => {
            optional(of.filter.as_ref(), Use::Kept)?;
            statements(&of.body)
        }
        Stmt::AutoEscape(of) => {
            expression(&of.enabled, Use::There)?;
            statements(&of.body)
        }
        Stmt::FilterBlock(of) => {
            expression(&of.filter, Use::There)?;
            statements(&of.body)
        }
        Stmt::Do(of) => call(&of.call.expr, &of.call.args, Use::There),
    }
}

fn expression(expr: &Expr, used: Use) -> Result<(), Misshapen> {
    match expr {
        Expr::Var(_) | Expr::Const(_) => Ok(()),
        Expr::List(of) if used == Use::There => of.items.iter().try_for_each(|item| expression(item, Use::Kept)),
        Expr::List(of) => forbidden(of.span(), "a list may stand only behind `in`"),
        Expr::Tuple(of) => forbidden(of.span(), "values divided by commas may stand only in a list behind `in`"),
        Expr::Map(of) => forbidden(of.span(), "braces inside braces are not possible here"),
        Expr::Slice(of) if may_be_long(&of.expr) => forbidden(of.span(), CUT),
        Expr::Slice(of) if used == Use::There => {
            expression(&of.expr, Use::There)?;
            [&of.start, &of.stop, &of.step].into_iter().try_for_each(|part| optional(part.as_ref(), Use::There))
        }
        Expr::Slice(of) => forbidden(of.span(), "a part `[from:to]` may only be printed or compared"),
        Expr::UnaryOp(of) => match of.op {
            UnaryOpKind::Not => expression(&of.expr, Use::There),
            UnaryOpKind::Neg => expression(&of.expr, Use::Kept),
        },
        Expr::BinOp(of) => {
            if compares(of.op) && may_be_long(&of.left) && may_be_long(&of.right) {
                return forbidden(of.span(), COMPARED);
            }
            let inside = operands(of.op, used);
            expression(&of.left, inside)?;
            expression(&of.right, inside)
        }
        Expr::Compare(of) => {
            let long = of.ops.iter().filter(|op| may_be_long(&op.expr)).count() + usize::from(may_be_long(&of.expr));
            if long > 1 {
                return forbidden(of.span(), COMPARED);
            }
            expression(&of.expr, Use::There)?;
            of.ops.iter().try_for_each(|op| expression(&op.expr, Use::There))
        }
        Expr::IfExpr(of) => {
            expression(&of.test_expr, Use::There)?;
            expression(&of.true_expr, used)?;
            optional(of.false_expr.as_ref(), used)
        }
        Expr::Filter(of) => {
            optional(of.expr.as_ref(), used)?;
            arguments(&of.args, used)
        }
        Expr::Test(of) => {
            expression(&of.expr, Use::There)?;
            arguments(&of.args, Use::There)
        }
        Expr::GetAttr(of) => expression(&of.expr, Use::There),
        Expr::GetItem(of) if may_be_long(&of.expr) && !is_written_text(&of.subscript_expr) => forbidden(of.span(), CUT),
        Expr::GetItem(of) => {
            expression(&of.expr, Use::There)?;
            expression(&of.subscript_expr, Use::There)
        }
        Expr::Call(of) => call(&of.expr, &of.args, used),
    }
}

const CUT: &str = "only of a field or a written value can a part be taken";
const COMPARED: &str = "one of two values that are compared must be a field or a written value";

/// Whether it may be a text that the template has made, of any length. Fields of the data are short.
fn may_be_long(expr: &Expr) -> bool {
    match expr {
        Expr::Const(_) | Expr::GetAttr(_) | Expr::GetItem(_) | Expr::UnaryOp(_) | Expr::Compare(_) | Expr::Test(_) => {
            false
        }
        Expr::Var(_) | Expr::Call(_) | Expr::List(_) | Expr::Tuple(_) | Expr::Map(_) => true,
        Expr::Slice(of) => may_be_long(&of.expr),
        Expr::BinOp(of) => makes_text(of.op) || passes_on(of.op) && (may_be_long(&of.left) || may_be_long(&of.right)),
        Expr::IfExpr(of) => may_be_long(&of.true_expr) || of.false_expr.as_ref().is_some_and(may_be_long),
        Expr::Filter(of) => {
            let argument = |arg: &CallArg| match arg {
                CallArg::Pos(expr) | CallArg::Kwarg(_, expr) => may_be_long(expr),
                CallArg::PosSplat(_) | CallArg::KwargSplat(_) => true,
            };
            of.expr.as_ref().is_none_or(may_be_long) || of.args.iter().any(argument)
        }
    }
}

fn is_written_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Const(of) if of.value.as_str().is_some())
}

const fn makes_text(op: BinOpKind) -> bool {
    matches!(op, BinOpKind::Add | BinOpKind::Mul | BinOpKind::Concat)
}

const fn passes_on(op: BinOpKind) -> bool {
    matches!(op, BinOpKind::ScAnd | BinOpKind::ScOr)
}

const fn compares(op: BinOpKind) -> bool {
    use BinOpKind::{Eq, Gt, Gte, Lt, Lte, Ne};
    matches!(op, Eq | Ne | Lt | Lte | Gt | Gte)
}

/// `and` and `or` give one of their sides; what compares gives yes or no, `~` a text; the others calculate.
fn operands(op: BinOpKind, used: Use) -> Use {
    use BinOpKind::{Add, Concat, Div, Eq, FloorDiv, Gt, Gte, In, Lt, Lte, Mul, Ne, Pow, Rem, ScAnd, ScOr, Sub};
    match op {
        ScAnd | ScOr => used,
        Eq | Ne | Lt | Lte | Gt | Gte | In | Concat => Use::There,
        Add | Sub | Mul | Div | FloorDiv | Rem | Pow => Use::Kept,
    }
}

fn optional(expr: Option<&Expr>, used: Use) -> Result<(), Misshapen> {
    expr.map_or(Ok(()), |expr| expression(expr, used))
}

fn call(called: &Expr, args: &[CallArg], used: Use) -> Result<(), Misshapen> {
    expression(called, Use::There)?;
    arguments(args, used)
}

fn arguments(args: &[CallArg], used: Use) -> Result<(), Misshapen> {
    args.iter().try_for_each(|arg| match arg {
        CallArg::Pos(expr) | CallArg::Kwarg(_, expr) => expression(expr, used),
        CallArg::PosSplat(expr) | CallArg::KwargSplat(expr) => {
            forbidden(expr.span(), "`*` before an argument is not possible here")
        }
    })
}

fn forbidden(span: Span, what: &'static str) -> Result<(), Misshapen> {
    Err(Misshapen::Forbidden(usize::from(span.start_line), what))
}
